"""Stock over the API."""

from __future__ import annotations

from ninja import Router

from yunhe.goods.stock.api import books, places

router = Router(tags=["stock"])
router.add_router("", places.router)
router.add_router("", books.router)
