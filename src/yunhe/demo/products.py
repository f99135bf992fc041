"""Our SKUs: real product types in real pack sizes, named in both languages.

The dataset knows neither names nor flavours, so all real product ids of one type and pack size are
one SKU here; the ids stay attached (`source_products`). Brand, GTIN and case size are derived.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yunhe.demo.exact import yuan
from yunhe.demo.source import CNY_PER_USD, DIVISION_OF, Source
from yunhe.demo.words import BASE_UNITS, BRANDS, CATEGORIES, DIVISIONS, PRODUCT_TYPES, pack_words

SKU_KEYS = ["product_category", "product_type", "pack"]

CASE_STEPS = ((700, 12), (2000, 6))
"""Consumer units a case by average retail price: below ¥7 twelve, below ¥20 six, else four."""
LARGEST_CASE = 4


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`brands`, `categories`, `products` (one row an SKU, by falling real sales), `units` (base
    unit and case of each SKU with factor and GTIN), `source_products` (real product id → SKU)."""

    brands: pl.DataFrame
    categories: pl.DataFrame
    products: pl.DataFrame
    units: pl.DataFrame
    source_products: pl.DataFrame


def compute_gtin13(twelve_digits: str) -> str:
    """Append the GS1 check digit (weights 1, 3 from the left for twelve digits)."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(twelve_digits))
    return f"{twelve_digits}{-total % 10}"


def compute_gtin14(indicator: int, gtin13: str) -> str:
    """The GTIN-14 of a case: indicator digit before the first twelve digits, new check digit."""
    body = f"{indicator}{gtin13[:12]}"
    total = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(body))
    return f"{body}{-total % 10}"


def case_size(average_fen: int) -> int:
    """Consumer units in a case, from the average real retail price in fen."""
    return next((size for below, size in CASE_STEPS if average_fen < below), LARGEST_CASE)


def build_catalogue(source: Source) -> Catalogue:
    """Name and number the SKUs; numbers follow the real sales, so they are stable."""
    facts = (
        source.lines.group_by(SKU_KEYS)
        .agg(
            pl.len().alias("lines"),
            pl.col("quantity").sum(),
            (pl.col("usd_cents").sum() * CNY_PER_USD).alias("sellout_fen"),
            pl.col("on").min().alias("first_sale"),
        )
        .sort(["sellout_fen", *SKU_KEYS], descending=[True, False, False, False])
    )
    rows = [_product_row(index, row) for index, row in enumerate(facts.iter_rows(named=True))]
    products = pl.DataFrame(rows).with_columns(
        yuan(pl.col("average_retail_fen")).alias("average_retail_price"),
        yuan(pl.col("sellout_fen")).alias("sellout_amount"),
    )
    source_products = (
        source.products.select("product_id", *SKU_KEYS)
        .join(products.select(*SKU_KEYS, "sku"), on=SKU_KEYS)
        .select("product_id", "sku")
        .sort("product_id")
    )
    return Catalogue(_brands(), _categories(products), products, _units(products), source_products)


def scarce_skus(catalogue: Catalogue) -> list[str]:
    """Two SKUs that the HQ warehouse has run short of: a quick one and a slow one."""
    skus = catalogue.products["sku"].to_list()
    return [skus[6], skus[46]]


def _product_row(index: int, row: dict[str, object]) -> dict[str, object]:
    category = str(row["product_category"])
    kind = str(row["product_type"])
    pack = str(row["pack"])
    fen, quantity = int(str(row["sellout_fen"])), int(str(row["quantity"]))
    division = DIVISION_OF[category]
    code, brand_zh, brand_en = BRANDS[division]
    word = PRODUCT_TYPES[kind]
    pack_zh, pack_en = pack_words(pack, word.measure)
    average = (2 * fen + quantity) // (2 * quantity)
    return {
        **row,
        "sku": f"{code}{index + 1:04}",
        "brand_code": code,
        "division": division,
        "category_code": category,
        "name_zh": f"{brand_zh} {word.zh} {pack_zh}",
        "name_en": f"{brand_en} {word.en} {pack_en}",
        "pack_zh": pack_zh,
        "pack_en": pack_en,
        "unit_zh": word.unit_zh,
        "unit_en": word.unit_en,
        "base_unit": BASE_UNITS[word.unit_zh],
        "gtin": compute_gtin13(f"29069{index + 1:07}"),
        "case_size": case_size(average),
        "average_retail_fen": average,
    }


def _brands() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"code": code, "name_zh": zh, "name_en": en, "division": division, "invented": True}
            for division, (code, zh, en) in BRANDS.items()
        ]
    )


def _categories(products: pl.DataFrame) -> pl.DataFrame:
    used = set(products["category_code"])
    divisions = [
        {"code": division, "parent_code": None, "name_zh": zh, "name_en": en}
        for division, (zh, en) in DIVISIONS.items()
    ]
    leaves = [
        {"code": code, "parent_code": DIVISION_OF[code], "name_zh": zh, "name_en": en}
        for code, (zh, en) in CATEGORIES.items()
        if code in used
    ]
    return pl.DataFrame(divisions + leaves, infer_schema_length=None)


def _units(products: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for row in products.iter_rows(named=True):
        base = {
            "sku": row["sku"], "unit": "ea", "name_zh": row["unit_zh"], "name_en": row["unit_en"],
            "factor": 1, "gtin": row["gtin"],
        }  # fmt: skip
        case = {
            "sku": row["sku"], "unit": "case", "name_zh": "箱", "name_en": "case",
            "factor": row["case_size"], "gtin": compute_gtin14(1, row["gtin"]),
        }  # fmt: skip
        rows += [base, case]
    return pl.DataFrame(rows)
