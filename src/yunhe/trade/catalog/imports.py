"""Product files: one line per SKU, with brand, category and the case it comes in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.declarations import Batch, Field, ImportType, Kind, register
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.compute import is_gtin
from yunhe.trade.catalog.permissions import CHANGE
from yunhe.trade.catalog.queries import ids_by_gtin
from yunhe.trade.catalog.services.bulk import PackRow, SkuRow, ensure_catalog

_FIELDS = ("item", "name", "name_en", "brand", "brand_name", "category", "gtin", "size", "pack")
_UNSORTED = "UNSORTED"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def post_products(batch: Batch) -> int:
    """Create or update the SKUs of the batch with what stands above them."""
    with connection.cursor() as cursor:
        names = ", ".join(_FIELDS)
        cursor.execute(
            f"SELECT {names} FROM {batch.table} WHERE {batch.span} ORDER BY row"  # noqa: S608  # constant names
        )
        found = [dict(zip(_FIELDS, row, strict=True)) for row in cursor.fetchall()]
    gtins = _free_gtins(found)
    ensure_catalog([_sku(row, gtins.get(row["item"], "")) for row in found], actor=batch.actor)
    return len(found)


def _free_gtins(rows: list[dict[str, Any]]) -> dict[str, str]:
    """item -> GTIN where it is a valid one that no other product has; zeros lost on the way return.

    A barcode that is none keeps nobody from importing the product.
    """
    wanted = {}
    for row in rows:
        text = row["gtin"] or ""
        candidates = [text, *(text.zfill(n) for n in (12, 13, 14) if len(text) >= 10)]
        full = next((gtin for gtin in candidates if is_gtin(gtin)), "")
        if full:
            wanted[row["item"]] = full
    counts = Counter(wanted.values())
    with connection.cursor() as cursor:
        cursor.execute("SELECT gtin, code FROM catalog_sku WHERE gtin <> ''")
        owners = dict(cursor.fetchall())
    packs = ids_by_gtin(wanted.values())
    return {
        item: gtin
        for item, gtin in wanted.items()
        if counts[gtin] == 1 and owners.get(gtin, "" if gtin in packs else item) == item
    }


def _sku(row: dict[str, Any], gtin: str) -> SkuRow:
    name = row["name"]
    brand = row["brand"] or row["brand_name"] or _UNSORTED
    category = row["category"] or _UNSORTED
    pack = row["pack"]
    return SkuRow(
        code=row["item"],
        name=name,
        name_en=row["name_en"] or "",
        brand=(brand[:40], (row["brand_name"] or brand)[:160], ""),
        category=((category[:40], category[:160], ""),),
        product=(row["item"], name, row["name_en"] or ""),
        gtin=gtin,
        size=row["size"] or "",
        packs=(PackRow(unit=Unit.CASE, factor=pack),) if pack and pack > 1 else (),
    )


PRODUCTS = register(
    ImportType(
        code="products",
        label=_("products"),
        help=_("One line per product: code, name, brand, category, barcode, case size."),
        permission=CHANGE,
        fields=(
            Field(
                name="item",
                label=_("item code"),
                kind=Kind.CODE,
                required=True,
                max_length=40,
                aliases=_words(
                    "item number|item code|sku|sku code|stock code|product code|code"
                    "|商品编码|产品编码|物料编码|货号|存货编码"
                ),
            ),
            Field(
                name="name",
                label=_("product name"),
                required=True,
                max_length=160,
                aliases=_words(
                    "item description|description|product name|item name"
                    "|商品名称|产品名称|品名|物料名称|存货名称"
                ),
            ),
            Field(
                name="name_en",
                label=_("English name"),
                max_length=160,
                aliases=_words("english name|英文名称|英文名"),
            ),
            Field(
                name="brand",
                label=_("brand code"),
                kind=Kind.CODE,
                max_length=40,
                aliases=_words("brand code|vendor|vendor code|品牌编码|厂商编码"),
            ),
            Field(
                name="brand_name",
                label=_("brand"),
                max_length=160,
                aliases=_words("brand|brand name|vendor name|品牌|品牌名称|厂商"),
            ),
            Field(
                name="category",
                label=_("category"),
                max_length=160,
                aliases=_words("category|category name|品类|类别|分类|商品分类"),
            ),
            Field(
                name="gtin",
                label=_("barcode"),
                kind=Kind.CODE,
                max_length=20,
                aliases=_words("barcode|gtin|ean|upc|条码|条形码|商品条码|69码"),
            ),
            Field(
                name="size",
                label=_("size"),
                max_length=60,
                aliases=_words("size|bottle volume|规格|规格型号|净含量"),
            ),
            Field(
                name="pack",
                label=_("base units in a case"),
                kind=Kind.NUMBER,
                scale=3,
                aliases=_words("pack|case size|pack size|箱规|装箱数|箱入数"),
            ),
        ),
        keys=(("item",),),
        post=post_products,
    )
)
