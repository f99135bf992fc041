"""Writes of pricing, one function per use case."""

from __future__ import annotations

from yunhe.trade.pricing.services.changes import (
    ChangeDraft,
    cancel_price_change,
    create_price_change,
    submit_price_change,
)
from yunhe.trade.pricing.services.lists import (
    ListDraft,
    PriceEntry,
    create_own_list,
    create_price_list,
    ensure_price_list,
    set_prices,
)
from yunhe.trade.pricing.services.market import (
    CompetitorEntry,
    FloorDraft,
    explain_breach,
    record_competitor_prices,
    set_channels,
    set_floors,
    watch_retail,
)
from yunhe.trade.pricing.services.publishing import (
    change_price_list,
    publish_price_list,
    withdraw_price_list,
)

__all__ = [
    "ChangeDraft",
    "CompetitorEntry",
    "FloorDraft",
    "ListDraft",
    "PriceEntry",
    "cancel_price_change",
    "change_price_list",
    "create_own_list",
    "create_price_change",
    "create_price_list",
    "ensure_price_list",
    "explain_breach",
    "publish_price_list",
    "record_competitor_prices",
    "set_channels",
    "set_floors",
    "set_prices",
    "submit_price_change",
    "watch_retail",
    "withdraw_price_list",
]
