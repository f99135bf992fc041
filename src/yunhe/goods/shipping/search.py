"""Shipments in the search over everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping.permissions import VIEW
from yunhe.goods.shipping.queries import search_shipments
from yunhe.platform.ui.search import Hit, SearchProvider


def _find(request: HttpRequest, text: str, limit: int) -> Iterable[Hit]:
    for shipment in search_shipments(text)[:limit]:
        yield Hit(
            shipment.number,
            shipment.get_absolute_url(),
            f"{shipment.partner_label} · {shipment.get_status_display()}",  # type: ignore[attr-defined]
            "truck-delivery",
        )


PROVIDERS = [SearchProvider(_("Shipments"), VIEW, _find)]
