"""Orders in the search over everything."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.search import Hit, SearchProvider
from yunhe.trade.orders.permissions import VIEW
from yunhe.trade.orders.queries import list_placed


def _find(request: HttpRequest, text: str, limit: int) -> Iterable[Hit]:
    for order in list_placed().filter(number__icontains=text)[:limit]:
        partner = order.partner_label  # type: ignore[attr-defined]  # read by list_placed
        yield Hit(order.number, order.get_absolute_url(), partner, "shopping-cart")


PROVIDERS = [SearchProvider(_("Orders"), VIEW, _find)]
