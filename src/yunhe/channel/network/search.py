"""Partners in the global search."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.permissions import VIEW
from yunhe.channel.network.queries import search_partners
from yunhe.platform.ui.search import Hit, SearchProvider


def find(request: HttpRequest, text: str, limit: int) -> Iterator[Hit]:
    """Partners by name, code or city."""
    for partner in search_partners(text)[:limit]:
        yield Hit(
            title=partner.node.label,
            url=partner.get_absolute_url(),
            subtitle=f"{partner.node.code} · {partner.get_level_display()}",
            icon="building-store",
        )


PROVIDERS = [SearchProvider(_("Partners"), VIEW, find)]
