"""Prices over the API."""

from __future__ import annotations

from yunhe.trade.pricing.api import changes, market, own
from yunhe.trade.pricing.api.lists import router

router.add_router("/changes", changes.router)
router.add_router("/own-lists", own.router)
router.add_router("", market.router)

__all__ = ["router"]
