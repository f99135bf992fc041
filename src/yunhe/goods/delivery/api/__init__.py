"""Delivery planning over the API."""

from __future__ import annotations

from ninja import Router

from yunhe.goods.delivery.api import masters, plans, tours

router = Router(tags=["delivery"])
router.add_router("", masters.router)
router.add_router("", tours.router)
router.add_router("", plans.router)
