"""The only place where orders take row locks: in order of their ids."""

from __future__ import annotations

from collections.abc import Iterable

from yunhe.platform.errors import NotFound
from yunhe.trade.orders.models import Order


def lock_orders(ids: Iterable[int]) -> list[Order]:
    """The orders, locked until the transaction ends. Raises NotFound unless all are in scope."""
    wanted = sorted(set(ids))
    found = list(Order.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound()
    return found
