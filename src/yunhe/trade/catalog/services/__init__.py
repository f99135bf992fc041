"""Writes of the catalogue, by use case."""

from __future__ import annotations

from yunhe.trade.catalog.services.bulk import PackRow, SkuRow, ensure_catalog
from yunhe.trade.catalog.services.single import (
    SkuDraft,
    change_sku,
    create_sku,
    remove_pack,
    save_product,
    set_pack,
)

__all__ = [
    "PackRow",
    "SkuDraft",
    "SkuRow",
    "change_sku",
    "create_sku",
    "ensure_catalog",
    "remove_pack",
    "save_product",
    "set_pack",
]
