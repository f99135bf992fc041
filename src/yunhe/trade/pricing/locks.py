"""The only place of pricing that locks rows."""

from __future__ import annotations

from yunhe.trade.pricing.models import PriceChange, PriceList


def lock_price_list(price_list_id: int) -> PriceList:
    """The list's row, locked until the transaction ends: one change of prices at a time."""
    return (
        PriceList.objects.select_for_update(no_key=True, of=("self",))
        .select_related("node")
        .get(pk=price_list_id)
    )


def lock_price_change(change_id: int) -> PriceChange:
    """The request's row, locked until the transaction ends."""
    return (
        PriceChange.objects.select_for_update(no_key=True, of=("self",))
        .select_related("price_list__node", "node")
        .get(pk=change_id)
    )
