"""Stock alerts and transfers over the API."""

from __future__ import annotations

from ninja import Router

from yunhe.goods.transfers.api import alerts, moves

router = Router(tags=["transfers"])
router.add_router("", alerts.router)
router.add_router("", moves.router)
