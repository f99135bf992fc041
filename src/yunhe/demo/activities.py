"""Display and mailer promotions of the dataset as activities in the stores: real, aggregated."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yunhe.demo.calendar import WEEK, Shift
from yunhe.demo.network import Network, store_code
from yunhe.demo.products import Catalogue
from yunhe.demo.source import Source
from yunhe.demo.words import CATEGORIES

WEEKS_A_BLOCK = 4

DISPLAYS: dict[str, tuple[str, str]] = {
    "1": ("店铺前部", "Store front"),
    "2": ("店铺后部", "Store rear"),
    "3": ("收银端架", "Front end cap"),
    "4": ("中部端架", "Mid-aisle end cap"),
    "5": ("后部端架", "Rear end cap"),
    "6": ("侧面端架", "Side-aisle end cap"),
    "7": ("通道陈列", "In-aisle"),
    "9": ("第二陈列点", "Secondary location"),
    "A": ("货架内陈列", "In-shelf"),
}
MAILERS: dict[str, tuple[str, str]] = {
    "A": ("海报内页主推", "Interior page feature"),
    "C": ("海报内页单品", "Interior page line item"),
    "D": ("海报首页主推", "Front page feature"),
    "F": ("海报封底主推", "Back page feature"),
    "H": ("包页正面主推", "Wrap front feature"),
    "J": ("包页内页券", "Wrap interior coupon"),
    "L": ("包页背面主推", "Wrap back feature"),
    "P": ("海报内页券", "Interior page coupon"),
    "X": ("内页赠品", "Free on interior page"),
    "Z": ("首页赠品", "Free on front page"),
}
KINDS = {"display": ("陈列", "Display"), "mailer": ("海报", "Mailer")}


@dataclass(frozen=True, slots=True)
class Activities:
    """`activities`: code, kind, category_code, names, [starts_on, ends_on), stores, skus.
    `stores`: activity_code, store_code, place_code, names of the place, weeks, skus."""

    activities: pl.DataFrame
    stores: pl.DataFrame


def build_activities(
    source: Source, network: Network, catalogue: Catalogue, shift: Shift
) -> Activities:
    """One activity a kind, category and block of four weeks; where it ran store by store.

    Only stores that carry us, weeks that have begun by yesterday.
    """
    carrying = network.stores.filter(pl.col("carries")).select("store_id")
    known = catalogue.products.select("sku", "category_code")
    seen = (
        source.promotions.join(carrying, on="store_id", how="semi")
        .join(catalogue.source_products, on="product_id")
        .join(known, on="sku")
        .filter(pl.col("week") - 1 <= (shift.last - shift.first_monday).days // WEEK)
    )
    both = pl.concat(
        [
            _placed(seen, "display", "display_location", tuple(DISPLAYS)),
            _placed(seen, "mailer", "mailer_location", tuple(MAILERS)),
        ]
    )
    keys = ["kind", "block", "category_code"]
    stores = (
        both.group_by(*keys, "store_id", "place_code")
        .agg(pl.col("week").n_unique().alias("weeks"), pl.col("sku").n_unique().alias("skus"))
        .sort([*keys, "store_id", "weeks", "place_code"], descending=[False] * 4 + [True, False])
        .unique([*keys, "store_id"], keep="first", maintain_order=True)
    )
    heads = (
        both.group_by(keys)
        .agg(pl.col("store_id").n_unique().alias("stores"), pl.col("sku").n_unique().alias("skus"))
        .sort(keys)
    )
    heads = _named(heads, shift)
    codes = heads.select(*keys, pl.col("code").alias("activity_code"))
    places = _places()
    stores = (
        stores.join(codes, on=keys)
        .with_columns(store_code(pl.col("store_id")).alias("store_code"))
        .join(places, on=["kind", "place_code"])
        .select(
            "activity_code", "store_code", "place_code", "place_zh", "place_en", "weeks", "skus"
        )
        .sort("activity_code", "store_code")
    )
    return Activities(heads.drop("block"), stores)


def _placed(seen: pl.DataFrame, kind: str, column: str, codes: tuple[str, ...]) -> pl.DataFrame:
    return seen.filter(pl.col(column).is_in(codes)).select(
        pl.lit(kind).alias("kind"),
        ((pl.col("week") - 1) // WEEKS_A_BLOCK).alias("block"),
        "category_code",
        "store_id",
        "sku",
        "week",
        pl.col(column).alias("place_code"),
    )


def _named(heads: pl.DataFrame, shift: Shift) -> pl.DataFrame:
    days = WEEK * WEEKS_A_BLOCK
    start = pl.lit(shift.first_monday) + pl.duration(days=pl.col("block") * days)
    zh = {code: names[0] for code, names in CATEGORIES.items()}
    en = {code: names[1] for code, names in CATEGORIES.items()}
    kind_zh = {code: names[0] for code, names in KINDS.items()}
    kind_en = {code: names[1].lower() for code, names in KINDS.items()}
    month = pl.col("starts_on").dt.strftime("%Y-%m-%d")
    category, kind = pl.col("category_code"), pl.col("kind")

    def words(table: dict[str, str], column: pl.Expr) -> pl.Expr:
        return column.replace_strict(table, return_dtype=pl.String)

    return (
        heads.with_columns(
            pl.format("AC{}", _padded_row()).alias("code"),
            start.cast(pl.Date).alias("starts_on"),
            (start + pl.duration(days=days)).cast(pl.Date).alias("ends_on"),
        )
        .with_columns(
            name_zh=pl.format("{}{}活动 {}", words(zh, category), words(kind_zh, kind), month),
            name_en=pl.format("{} {} from {}", words(en, category), words(kind_en, kind), month),
        )
    )  # fmt: skip


def _padded_row() -> pl.Expr:
    return (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(4)


def _places() -> pl.DataFrame:
    rows = [
        {"kind": kind, "place_code": code, "place_zh": zh, "place_en": en}
        for kind, table in (("display", DISPLAYS), ("mailer", MAILERS))
        for code, (zh, en) in table.items()
    ]
    return pl.DataFrame(rows)
