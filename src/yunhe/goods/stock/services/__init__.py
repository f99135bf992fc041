"""Writes of stock, by use case."""

from __future__ import annotations

from yunhe.goods.stock.services.movements import MovementLine, record_movements
from yunhe.goods.stock.services.places import open_place, record_count
from yunhe.goods.stock.services.supply import (
    GoodsLine,
    receive_goods,
    ship_goods,
    take_delivery,
)

__all__ = [
    "GoodsLine",
    "MovementLine",
    "open_place",
    "receive_goods",
    "record_count",
    "record_movements",
    "ship_goods",
    "take_delivery",
]
