"""Writes of the catalogue, by use case."""

from __future__ import annotations

from yunhe.trade.catalog.services.attributes import ensure_choices, set_attributes
from yunhe.trade.catalog.services.bulk import PackRow, SkuRow, ensure_catalog
from yunhe.trade.catalog.services.lifecycle import (
    announce_sku,
    move_sku,
    release_due,
    replace_sku,
)
from yunhe.trade.catalog.services.media import (
    MaterialDraft,
    add_material,
    add_picture,
    remove_material,
    remove_picture,
)
from yunhe.trade.catalog.services.single import (
    SkuDraft,
    change_sku,
    create_sku,
    remove_pack,
    save_product,
    set_pack,
)
from yunhe.trade.catalog.services.tree import move_category, save_category

__all__ = [
    "MaterialDraft",
    "PackRow",
    "SkuDraft",
    "SkuRow",
    "add_material",
    "add_picture",
    "announce_sku",
    "change_sku",
    "create_sku",
    "ensure_catalog",
    "ensure_choices",
    "move_category",
    "move_sku",
    "release_due",
    "remove_material",
    "remove_pack",
    "remove_picture",
    "replace_sku",
    "save_category",
    "save_product",
    "set_attributes",
    "set_pack",
]
