"""Products in the global search."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.search import Hit, SearchProvider
from yunhe.trade.catalog.permissions import OFFER, VIEW
from yunhe.trade.catalog.queries import orderable_skus, search_skus


def find(request: HttpRequest, text: str, limit: int) -> Iterator[Hit]:
    """SKUs by name, pinyin, code or GTIN."""
    for sku in search_skus(text)[:limit]:
        yield Hit(title=sku.label, url=sku.get_absolute_url(), subtitle=sku.code, icon="package")


def find_offer(request: HttpRequest, text: str, limit: int) -> Iterator[Hit]:
    """The same among what dealers may order."""
    for sku in search_skus(text, orderable_skus())[:limit]:
        url = reverse("catalog_portal:sku", args=[sku.pk])
        yield Hit(title=sku.label, url=url, subtitle=sku.code, icon="package")


PROVIDERS = [
    SearchProvider(_("Products"), VIEW, find),
    SearchProvider(_("Products"), OFFER, find_offer, face="portal"),
]
