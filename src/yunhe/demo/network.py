"""Derived: which dealer carries which real store, and what everybody is called.

Rule (seeded): 48 dealers get target shares of the real sell-out that fall off like
1/(rank + 3)^0.7; real stores, largest first, go to the dealer furthest below its share; small
stores and white spots (stores that sell nothing of ours) go to the dealer with the fewest stores
for its share. In dealers with the most stores every third one is served by a sub-dealer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import polars as pl

from yunhe.demo.contacts import with_contacts
from yunhe.demo.exact import yuan
from yunhe.demo.places import (
    OWNER_GIVEN,
    OWNER_SURNAMES,
    PROVINCES,
    REGIONS,
    SEATS,
    STORE_BANNERS,
    STREETS,
    SUB_DEALER_HOUSES,
)
from yunhe.demo.source import CNY_PER_USD, Source
from yunhe.demo.words import COMPANY

SUB_DEALER_PARENTS = 14
SMALL_STORE_FEN = 500_000
"""A store that sells less than ¥5,000 of ours a year is placed by count, not by share."""
CORE_SHARE = 0.50
GROWTH_SHARE = 0.85
HQ_CODE = "HQ"

NODE_SCHEMA = {
    "code": pl.String,
    "kind": pl.String,
    "parent_code": pl.String,
    "name_zh": pl.String,
    "name_en": pl.String,
    "region_code": pl.String,
    "province_code": pl.String,
    "city_code": pl.String,
    "city_zh": pl.String,
    "city_en": pl.String,
    "address_zh": pl.String,
    "address_en": pl.String,
    "phone": pl.String,
    "derived": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Network:
    """`nodes`: the tree, parents first. `dealers`: one row a first-level dealer. `sub_dealers`.
    `stores`: real id, who supplies it (`supplier_code`) and the first-level dealer above."""

    nodes: pl.DataFrame
    regions: pl.DataFrame
    dealers: pl.DataFrame
    sub_dealers: pl.DataFrame
    stores: pl.DataFrame


def store_code(store_id: pl.Expr) -> pl.Expr:
    """The code a store has in Yunhe: `ST0316` for the real store 316."""
    return pl.lit("ST") + store_id.cast(pl.String).str.zfill(4)


def build_network(source: Source, *, seed: int) -> Network:
    """Derive the whole tree from the real volume of each store (docs/explanation/demo-data.md)."""
    rng = random.Random(f"network-{seed}")  # noqa: S311 repeatable on purpose
    stores = _store_volumes(source)
    stores = stores.with_columns(pl.Series("dealer", _assign(stores, rng)))
    stores = _assign_sub_dealers(stores)
    dealers = _dealers(stores, rng)
    sub_dealers = _sub_dealers(stores, dealers)
    stores = _named_stores(stores, rng)
    regions = _regions()
    nodes = _nodes(
        regions, *(with_contacts(each, seed=seed) for each in (dealers, sub_dealers, stores))
    )
    return Network(nodes, regions, dealers, sub_dealers, stores)


def _store_volumes(source: Source) -> pl.DataFrame:
    volume = source.lines.group_by("store_id").agg(
        (pl.col("usd_cents").sum() * CNY_PER_USD).alias("sellout_fen"),
        pl.len().alias("our_lines"),
        pl.col("on").min().alias("first_sale"),
        pl.col("on").max().alias("last_sale"),
    )
    return (
        source.stores.join(volume, on="store_id", how="left")
        .with_columns(pl.col("sellout_fen", "our_lines").fill_null(0))
        .sort(["sellout_fen", "store_id"], descending=[True, False])
    )


def _assign(stores: pl.DataFrame, rng: random.Random) -> list[int]:
    ranks = list(range(len(SEATS)))
    rng.shuffle(ranks)
    weights = [1 / (rank + 3) ** 0.7 for rank in ranks]
    total_weight = sum(weights)
    total = sum(stores["sellout_fen"])
    room = [total * weight / total_weight for weight in weights]
    count = [0] * len(SEATS)
    chosen: list[int] = []
    for fen in stores["sellout_fen"]:
        if fen >= SMALL_STORE_FEN:
            dealer = max(range(len(SEATS)), key=lambda index: (room[index], -index))
        else:
            dealer = min(
                range(len(SEATS)), key=lambda index: (count[index] / weights[index], index)
            )
        room[dealer] -= fen
        count[dealer] += 1
        chosen.append(dealer)
    return chosen


def _assign_sub_dealers(stores: pl.DataFrame) -> pl.DataFrame:
    carrying = stores.filter(pl.col("sellout_fen") > 0)
    parents = (
        carrying.group_by("dealer")
        .len()
        .sort(["len", "dealer"], descending=[True, False])
        .head(SUB_DEALER_PARENTS)["dealer"]
        .sort()
    )
    number = {dealer: index + 1 for index, dealer in enumerate(parents)}
    place = pl.int_range(pl.len()).over("dealer")
    return stores.with_columns(
        pl.when(pl.col("dealer").is_in(list(number)) & (place % 3 == 2))
        .then(pl.lit("S") + pl.col("dealer").replace(number).cast(pl.String).str.zfill(3))
        .otherwise(None)
        .alias("sub_dealer_code"),
        (pl.lit("D") + (pl.col("dealer") + 1).cast(pl.String).str.zfill(3)).alias("dealer_code"),
    ).with_columns(pl.coalesce("sub_dealer_code", "dealer_code").alias("supplier_code"))


def _tier(cumulative_share: float) -> str:
    if cumulative_share <= CORE_SHARE:
        return "core"
    return "growth" if cumulative_share <= GROWTH_SHARE else "observation"


def _person(rng: random.Random) -> tuple[str, str]:
    surname, given = rng.choice(OWNER_SURNAMES), rng.choice(OWNER_GIVEN)
    return surname[0] + given[0], f"{given[1]} {surname[1]}"


def _dealers(stores: pl.DataFrame, rng: random.Random) -> pl.DataFrame:
    volume = (
        stores.group_by("dealer")
        .agg(
            pl.col("sellout_fen").sum(),
            pl.len().alias("store_count"),
            (pl.col("sellout_fen") > 0).sum().alias("carrying_count"),
        )
        .sort(["sellout_fen", "dealer"], descending=[True, False])
        .with_columns(
            (pl.col("sellout_fen").cum_sum() / pl.col("sellout_fen").sum()).alias("share")
        )
    )
    rows = []
    for row in volume.sort("dealer").iter_rows(named=True):
        seat = SEATS[row["dealer"]]
        region = PROVINCES[seat.province_code][2]
        owner_zh, owner_en = _person(rng)
        rows.append(
            {
                "code": f"D{row['dealer'] + 1:03}",
                "name_zh": seat.name_zh,
                "name_en": seat.name_en,
                "region_code": region,
                "province_code": seat.province_code,
                "city_code": seat.city_code,
                "city_zh": seat.city_zh,
                "city_en": seat.city_en,
                "tier": _tier(row["share"]),
                "sellout_fen": row["sellout_fen"],
                "store_count": row["store_count"],
                "carrying_count": row["carrying_count"],
                "owner_zh": owner_zh,
                "owner_en": owner_en,
                "contact_email": f"d{row['dealer'] + 1:03}@dealer.example",
                "derived": True,
            }
        )
    return pl.DataFrame(rows).with_columns(yuan(pl.col("sellout_fen")).alias("sellout_amount"))


def _sub_dealers(stores: pl.DataFrame, dealers: pl.DataFrame) -> pl.DataFrame:
    places = ["code", "region_code", "province_code", "city_code", "city_zh", "city_en"]
    names = pl.DataFrame(SUB_DEALER_HOUSES, schema=["house_zh", "house_en"], orient="row")
    found = (
        stores.filter(pl.col("sub_dealer_code").is_not_null())
        .select(pl.col("sub_dealer_code").alias("code"), "dealer_code")
        .unique()
        .join(dealers.select(*places), left_on="dealer_code", right_on="code")
        .sort("code")
    )
    return (
        found.hstack(names.head(len(found)))
        .with_columns(
            pl.concat_str("city_zh", "house_zh", pl.lit("食品商行")).alias("name_zh"),
            pl.format("{} Food Merchants ({})", "house_en", "city_en").alias("name_en"),
            pl.lit(True).alias("derived"),
        )
        .drop("house_zh", "house_en")
    )


def _named_stores(stores: pl.DataFrame, rng: random.Random) -> pl.DataFrame:
    taken: dict[str, int] = {}
    offset = {seat.city_code: rng.randrange(len(STREETS)) for seat in SEATS}
    zh, en, region, province, city, city_zh, city_en, streets = ([] for _ in range(8))
    for dealer in stores["dealer"]:
        seat = SEATS[dealer]
        place = taken.get(seat.city_code, 0)
        taken[seat.city_code] = place + 1
        street = STREETS[(offset[seat.city_code] + place) % len(STREETS)]
        banner = STORE_BANNERS[(place * 3 + place // len(STREETS)) % len(STORE_BANNERS)]
        zh.append(f"{banner[0]}（{seat.city_zh}{street[0]}店）")
        en.append(f"{banner[1]} ({street[1]}, {seat.city_en})")
        region.append(PROVINCES[seat.province_code][2])
        province.append(seat.province_code)
        city.append(seat.city_code)
        city_zh.append(seat.city_zh)
        city_en.append(seat.city_en)
        streets.append(street[0])
    return stores.with_columns(
        store_code(pl.col("store_id")).alias("code"),
        pl.Series("name_zh", zh),
        pl.Series("name_en", en),
        pl.Series("region_code", region),
        pl.Series("province_code", province),
        pl.Series("city_code", city),
        pl.Series("city_zh", city_zh),
        pl.Series("city_en", city_en),
        pl.Series("street_zh", streets),
        (pl.col("sellout_fen") > 0).alias("carries"),
        yuan(pl.col("sellout_fen")).alias("sellout_amount"),
    ).drop("dealer")


def _regions() -> pl.DataFrame:
    rows = [
        {"code": code, "name_zh": zh, "name_en": en, "lead_days": days, "derived": True}
        for code, (zh, en, days) in REGIONS.items()
    ]
    return pl.DataFrame(rows)


def _nodes(
    regions: pl.DataFrame, dealers: pl.DataFrame, sub_dealers: pl.DataFrame, stores: pl.DataFrame
) -> pl.DataFrame:
    top = pl.DataFrame(
        {"code": [HQ_CODE], "kind": ["hq"], "name_zh": [COMPANY[0]], "name_en": [COMPANY[1]],
         "derived": [True]}
    )  # fmt: skip
    levels = [
        top,
        regions.with_columns(
            pl.lit("region").alias("kind"),
            pl.lit(HQ_CODE).alias("parent_code"),
            pl.col("code").alias("region_code"),
        ),
        dealers.with_columns(
            pl.lit("dealer").alias("kind"), pl.col("region_code").alias("parent_code")
        ),
        sub_dealers.with_columns(
            pl.lit("sub_dealer").alias("kind"), pl.col("dealer_code").alias("parent_code")
        ),
        stores.with_columns(
            pl.lit("store").alias("kind"),
            pl.col("supplier_code").alias("parent_code"),
            pl.lit(True).alias("derived"),
        ),
    ]
    shaped = [
        level.with_columns(
            pl.lit(None, dtype=kind).alias(name)
            for name, kind in NODE_SCHEMA.items()
            if name not in level.columns
        ).select(pl.col(name).cast(kind) for name, kind in NODE_SCHEMA.items())
        for level in levels
    ]
    return pl.concat(shaped)
