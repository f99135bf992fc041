"""Product files: one line per SKU, with brand, category and the case it comes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.declarations import Batch, Field, ImportType, Kind, Rule, register
from yunhe.trade.catalog.choices import Status, Unit
from yunhe.trade.catalog.compute import is_gtin
from yunhe.trade.catalog.permissions import CHANGE
from yunhe.trade.catalog.queries import ids_by_gtin
from yunhe.trade.catalog.services.bulk import PackRow, SkuRow, ensure_catalog

_FIELDS = (
    "item",
    "name",
    "name_en",
    "brand",
    "brand_name",
    "category",
    "category_name",
    "product",
    "product_name",
    "gtin",
    "size",
    "size_en",
    "unit",
    "status",
    "pack",
    "pack_gtin",
    "pallet",
)
_UNSORTED = "UNSORTED"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


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
    product = row["product"] or row["item"]
    return SkuRow(
        code=row["item"],
        name=name,
        name_en=row["name_en"] or "",
        brand=(brand[:40], (row["brand_name"] or brand)[:160], ""),
        category=((category[:40], (row["category_name"] or category)[:160], ""),),
        product=(
            product[:40],
            row["product_name"] or name,
            "" if row["product"] else row["name_en"] or "",
        ),
        gtin=gtin,
        size=row["size"] or "",
        size_en=row["size_en"] or "",
        base_unit=row["unit"] or Unit.PIECE,
        status=row["status"] or Status.ACTIVE,
        packs=_packs(row),
    )


def _packs(row: dict[str, Any]) -> tuple[PackRow, ...]:
    """Case and pallet where the line names more than one base unit; a wrong barcode is left out."""
    found = []
    for unit, factor, gtin in (
        (Unit.CASE, row["pack"], row["pack_gtin"] or ""),
        (Unit.PALLET, row["pallet"], ""),
    ):
        if factor and factor > 1 and unit != row["unit"]:
            found.append(PackRow(unit=unit, factor=factor, gtin=gtin if is_gtin(gtin) else ""))
    return tuple(found)


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
                name="category_name",
                label=_("category name"),
                max_length=160,
                aliases=_words("category_name|品类名称|类别名称"),
            ),
            Field(
                name="product",
                label=_("product family code"),
                kind=Kind.CODE,
                max_length=40,
                aliases=_words("product|parent code|款号|产品款号|系列编码"),
            ),
            Field(
                name="product_name",
                label=_("product family"),
                max_length=160,
                aliases=_words("product_name|parent name|系列名称|产品系列"),
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
                name="size_en",
                label=_("size in English"),
                max_length=60,
                aliases=_words("size_en|english size|英文规格"),
            ),
            Field(
                name="unit",
                label=_("base unit"),
                max_length=12,
                aliases=_words("unit|base unit|基本单位|计量单位"),
            ),
            Field(
                name="status",
                label=_("status"),
                max_length=12,
                aliases=_words("status|状态|销售状态"),
            ),
            Field(
                name="pack",
                label=_("base units in a case"),
                kind=Kind.NUMBER,
                scale=3,
                aliases=_words("pack|case size|pack size|箱规|装箱数|箱入数"),
            ),
            Field(
                name="pack_gtin",
                label=_("barcode of the case"),
                kind=Kind.CODE,
                max_length=20,
                aliases=_words("pack_gtin|case barcode|箱码|外箱条码"),
            ),
            Field(
                name="pallet",
                label=_("base units on a pallet"),
                kind=Kind.NUMBER,
                scale=3,
                aliases=_words("pallet|pallet size|托盘数|每托数量"),
            ),
        ),
        rules=(
            Rule(
                code="unknown_unit",
                field="unit",
                bad=f'"unit" IS NOT NULL AND "unit" NOT IN ({_quoted(Unit.values)})',
                message=_(
                    "This unit is unknown; a unit is one of piece, bottle, can, case, pallet …"
                ),
            ),
            Rule(
                code="unknown_status",
                field="status",
                bad=f'"status" IS NOT NULL AND "status" NOT IN ({_quoted(Status.values)})',
                message=_(
                    "This status is unknown; it is one of launch, active, phase_out, blocked."
                ),
            ),
        ),
        keys=(("item",),),
        releases=("unknown_item", "unknown_barcode", "unknown_unit"),
        post=post_products,
    )
)
