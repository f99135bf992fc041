"""Writes of stock, by use case."""

from __future__ import annotations

from yunhe.goods.stock.services.checking import check_balances
from yunhe.goods.stock.services.lots import LotLabel, ensure_lots, record_lots, set_shelf_life
from yunhe.goods.stock.services.movements import MovementLine, record_movements
from yunhe.goods.stock.services.picking import pick_fefo
from yunhe.goods.stock.services.places import open_place, record_count
from yunhe.goods.stock.services.supply import (
    GoodsLine,
    receive_goods,
    ship_goods,
    take_delivery,
)

__all__ = [
    "GoodsLine",
    "LotLabel",
    "MovementLine",
    "check_balances",
    "ensure_lots",
    "open_place",
    "pick_fefo",
    "receive_goods",
    "record_count",
    "record_lots",
    "record_movements",
    "set_shelf_life",
    "ship_goods",
    "take_delivery",
]
