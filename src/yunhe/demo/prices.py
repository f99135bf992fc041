"""Derived: prices down the chain, from the average real retail price of each SKU.

retail (real average) → store buys at retail × (1 − store margin) → sub-dealer at 96 % of that
→ dealer at the store's price × (1 − 10 %), core dealers 2 % less, observation dealers 2 % more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from yunhe.demo.calendar import Shift
from yunhe.demo.exact import yuan
from yunhe.demo.network import Network
from yunhe.demo.products import Catalogue

STORE_MARGIN_PERMILLE = {"dairy": 180, "drinks": 220, "pantry": 200, "household": 240}
SUB_DEALER_PERMILLE = 960
DEALER_MARGIN_PERMILLE = 100
LEVEL_PERMILLE = {"core": 980, "growth": 1000, "observation": 1020}
MINIMUM_RETAIL_PERMILLE = 850
PARTNER_PERMILLE = 970
PARTNER_LISTS = 3
PARTNER_SKUS = 5
RISE_PERMILLE = {"dairy": 1020}
"""From the middle of the year on, dairy is 2 % dearer for dealers."""
RISE_WEEK = 27

_LEVEL_NAMES = {
    "core": ("核心经销商价目表", "Core dealer price list"),
    "growth": ("成长经销商价目表", "Growth dealer price list"),
    "observation": ("观察经销商价目表", "Observation dealer price list"),
}


@dataclass(frozen=True, slots=True)
class Prices:
    """`lists`: code, kind, level, partner_code, names, currency, valid_from. `lines`: price_list,
    sku, unit (`ea` or `case`), price_fen and price, [valid_from, valid_to)."""

    lists: pl.DataFrame
    lines: pl.DataFrame


def scale(fen: pl.Expr, permille: pl.Expr | int) -> pl.Expr:
    """Integer fen × permille ÷ 1000, rounded half up."""
    return (fen * permille * 2 + 1000) // 2000


def build_prices(network: Network, catalogue: Catalogue, shift: Shift) -> Prices:
    """Every list covers every SKU in both units, so every order line finds its price."""
    start = (shift.first_monday - dt.timedelta(days=60)).replace(day=1)
    rise = shift.monday(RISE_WEEK)
    base = catalogue.products.select(
        "sku", "division", "case_size", pl.col("average_retail_fen").alias("retail")
    ).with_columns(
        scale(
            pl.col("retail"),
            1000 - pl.col("division").replace_strict(STORE_MARGIN_PERMILLE, return_dtype=pl.Int64),
        ).alias("store")
    )
    base = base.with_columns(
        scale(pl.col("store"), 1000 - DEALER_MARGIN_PERMILLE).alias("dealer"),
        scale(pl.col("store"), SUB_DEALER_PERMILLE).alias("sub"),
        pl.col("division")
        .replace_strict(RISE_PERMILLE, default=1000, return_dtype=pl.Int64)
        .alias("rise"),
    )
    lists, frames = [], []

    def add(
        entry: Mapping[str, object], price: pl.Expr, *, rises: bool, skus: int | None = None
    ) -> None:
        empty = {"level": None, "partner_code": None, "currency": "CNY", "valid_from": start}
        lists.append({**empty, **entry})
        ea = base.head(skus if skus is not None else len(base)).with_columns(price.alias("ea"))
        frames.append(_lines(str(entry["code"]), ea, start, rise if rises else None))

    for level, permille in LEVEL_PERMILLE.items():
        zh, en = _LEVEL_NAMES[level]
        names = {"name_zh": zh, "name_en": en}
        entry = {"code": f"PL-{level.upper()}", "kind": "level", "level": level} | names
        add(entry, scale(pl.col("dealer"), permille), rises=True)
    for dealer in _partners(network).iter_rows(named=True):
        entry = {
            "code": f"PL-{dealer['code']}",
            "kind": "partner",
            "partner_code": dealer["code"],
            "name_zh": f"{dealer['name_zh']}专属价",
            "name_en": f"Special prices for {dealer['name_en']}",
        }
        own = scale(scale(pl.col("dealer"), LEVEL_PERMILLE[dealer["tier"]]), PARTNER_PERMILLE)
        add(entry, own, rises=True, skus=PARTNER_SKUS)
    guides = (
        ("PL-SUB", "sub_dealer", "分销商供货价", "Sub-dealer supply prices", pl.col("sub")),
        ("PL-STORE", "store", "门店供货价", "Store supply prices", pl.col("store")),
        ("PL-RETAIL", "retail", "建议零售价", "Suggested retail prices", pl.col("retail")),
        ("PL-MINIMUM", "minimum_retail", "最低零售限价", "Minimum retail prices",
         scale(pl.col("retail"), MINIMUM_RETAIL_PERMILLE)),
    )  # fmt: skip
    for code, kind, zh, en, price in guides:
        add({"code": code, "kind": kind, "name_zh": zh, "name_en": en}, price, rises=False)
    schema = {"level": pl.String, "partner_code": pl.String, "valid_from": pl.Date}
    return Prices(pl.DataFrame(lists, schema_overrides=schema), pl.concat(frames))


def _partners(network: Network) -> pl.DataFrame:
    return network.dealers.sort(["sellout_fen", "code"], descending=[True, False]).head(
        PARTNER_LISTS
    )


def _lines(code: str, ea: pl.DataFrame, start: dt.date, rise: dt.date | None) -> pl.DataFrame:
    """Both units of every SKU; two periods for a SKU whose price rises."""
    rising = pl.col("rise") > 1000
    open_end = pl.lit(None, dtype=pl.Date)
    if rise is None:
        periods = [ea.with_columns(pl.lit(start).alias("valid_from"), open_end.alias("valid_to"))]
    else:
        before = pl.when(rising).then(pl.lit(rise)).otherwise(open_end)
        periods = [
            ea.with_columns(pl.lit(start).alias("valid_from"), before.alias("valid_to")),
            ea.filter(rising).with_columns(
                scale(pl.col("ea"), pl.col("rise")).alias("ea"),
                pl.lit(rise).alias("valid_from"),
                open_end.alias("valid_to"),
            ),
        ]
    both = pl.concat(periods)
    units = [
        both.with_columns(pl.lit("ea").alias("unit"), pl.col("ea").alias("price_fen")),
        both.with_columns(
            pl.lit("case").alias("unit"), (pl.col("ea") * pl.col("case_size")).alias("price_fen")
        ),
    ]
    return (
        pl.concat(units)
        .with_columns(pl.lit(code).alias("price_list"), yuan(pl.col("price_fen")).alias("price"))
        .select("price_list", "sku", "unit", "price_fen", "price", "valid_from", "valid_to")
        .sort("sku", "unit", "valid_from")
    )


def price_on(lines: pl.DataFrame, prices: Prices, *, list_column: str, day: str) -> pl.DataFrame:
    """Join `price_fen` of the list named in a column, valid on the day of another column.

    `lines` has `sku`, `unit`, and the two columns named; a line without a price is an error of the
    rule and raises `ValueError`.
    """
    found = lines.with_row_index("_row").join(
        prices.lines.select("price_list", "sku", "unit", "price_fen", "valid_from", "valid_to"),
        left_on=[list_column, "sku", "unit"],
        right_on=["price_list", "sku", "unit"],
        how="left",
    )
    valid = (pl.col("valid_from") <= pl.col(day)) & (
        pl.col("valid_to").is_null() | (pl.col(day) < pl.col("valid_to"))
    )
    found = found.filter(valid).sort("_row").drop("_row", "valid_from", "valid_to")
    if len(found) != len(lines):
        missing = f"{len(lines) - len(found)} lines without exactly one price"
        raise ValueError(missing)
    return found
