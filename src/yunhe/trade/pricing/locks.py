"""The only place of pricing that locks rows."""

from __future__ import annotations

from yunhe.trade.pricing.models import PriceList


def lock_price_list(price_list_id: int) -> PriceList:
    """The list's row, locked until the transaction ends: one change of prices at a time."""
    return (
        PriceList.objects.select_for_update(no_key=True, of=("self",))
        .select_related("node")
        .get(pk=price_list_id)
    )
