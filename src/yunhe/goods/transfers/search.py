"""Transfers in the search over everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.permissions import VIEW
from yunhe.goods.transfers.queries import list_transfers
from yunhe.platform.ui.search import Hit, SearchProvider


def _find(request: HttpRequest, text: str, limit: int) -> Iterable[Hit]:
    for row in list_transfers().filter(number__icontains=text)[:limit]:
        sides = f"{row.sender_label} → {row.receiver_label}"  # type: ignore[attr-defined]
        yield Hit(row.number, row.get_absolute_url(), sides, "arrows-exchange")


PROVIDERS = [SearchProvider(_("Transfers between partners"), VIEW, _find)]
