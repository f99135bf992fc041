"""Promotions over the API."""

from __future__ import annotations

from ninja import Router

from yunhe.trade.promotions.api import basket, limits, records

router = Router(tags=["promotions"])
for part in (records, limits, basket):
    router.add_router("", part.router)
