"""The goods, week by week: real sell-out at the bottom, derived deliveries above it."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from yunhe.demo.calendar import Shift
from yunhe.demo.network import HQ_CODE, Network
from yunhe.demo.places import REGIONS
from yunhe.demo.products import Catalogue
from yunhe.demo.replenish import (
    OrderPolicy,
    Units,
    compute_backward,
    compute_orders,
    extend_with_forecast,
)

WEEKS_AHEAD = 6
"""Forecast weeks after the last real one, so that orders for them are already on their way."""

OPENING_DAYS_BEFORE = 35
STORE_DELIVERY_DAYS = 3
SUB_DEALER_DELIVERY_DAYS = 6
RECEIPT_DAYS = 8
PRODUCTION_DAYS = 28
BUSY_STORE_LINES = 500

BEHAVIOURS = ("steady",) * 30 + ("stuffing",) * 8 + ("lean",) * 10
"""Of 48 dealers, eight stock up beyond need towards a quarter's end, ten keep too little."""

SAFETY = {"steady": (1.5, 0.8), "stuffing": (2.5, 0.8), "lean": (0.6, 0.0)}
"""Behaviour → weeks of safety stock, and multiples of the root of the expected cycle demand."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Stock movements in consumer units, cut after yesterday unless said otherwise.

    `sell_in`: dealer, sku, kind (regular, rush), received_on, lead_days, quantity; not cut.
    `sell_through`: from_code, to_code, sku, on, quantity. `production`: sku, on, quantity.
    `opening`: node_code, sku, on, quantity (HQ warehouse, dealers, sub-dealers, stores).
    `behaviour`: dealer code, behaviour.
    """

    sell_in: pl.DataFrame
    sell_through: pl.DataFrame
    production: pl.DataFrame
    opening: pl.DataFrame
    behaviour: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Axes:
    stores: pl.DataFrame
    subs: list[str]
    dealers: list[str]
    skus: list[str]
    case: Units
    shift: Shift


def build_flow(
    sell_out: pl.DataFrame, network: Network, catalogue: Catalogue, *, seed: int, shift: Shift
) -> Flow:
    """Derive the chain above the sell-out.

    Args:
        sell_out: columns store_code, sku, on, quantity; already shifted and cut.
    """
    rng = random.Random(f"flow-{seed}")  # noqa: S311 repeatable on purpose
    axes = _axes(network, catalogue, shift)
    behaviour = _behaviour(axes.dealers, rng)
    sales = extend_with_forecast(_weekly(sell_out, axes), WEEKS_AHEAD)
    weeks = sales.shape[2]

    busy = axes.stores["our_lines"].to_numpy() >= BUSY_STORE_LINES
    store_cycle = np.where(busy, 2, 4).astype(np.int64)
    store_phase = np.arange(len(busy)) % store_cycle
    store_cover = np.ceil(_mean(sales) * np.where(busy, 1.0, 1.5)[:, None]).astype(np.int64)
    ones = np.ones_like(axes.case)
    store_open, store_in = compute_backward(sales, store_cover, store_cycle, store_phase, ones)

    sub_demand, direct = _by_supplier(store_in, axes)
    two = np.full(len(axes.subs), 2, dtype=np.int64)
    sub_open, sub_in = compute_backward(
        sub_demand,
        np.ceil(_mean(sub_demand)).astype(np.int64),
        two,
        np.arange(len(axes.subs)) % 2,
        np.maximum(axes.case // 2, 1),
    )
    demand = direct + _subs_to_dealers(sub_in, axes, network)
    dealer_open, regular, rush = compute_orders(
        demand, size=axes.case, policy=_dealer_policy(axes, network, behaviour, weeks)
    )
    shipped = (regular + rush).sum(axis=0, keepdims=True)
    one_four = np.full(1, 4, dtype=np.int64)
    hq_open, made = compute_backward(
        shipped, np.ceil(_mean(shipped) * 1.5).astype(np.int64), one_four, one_four * 0, axes.case
    )
    opening = [
        ([HQ_CODE], hq_open),
        (axes.dealers, dealer_open),
        (axes.subs, sub_open),
        (axes.stores["code"].to_list(), store_open),
    ]
    last = pl.col("on") <= shift.last
    return Flow(
        sell_in=_sell_in(regular, rush, axes, network),
        sell_through=_sell_through(store_in, sub_in, axes, network).filter(last),
        production=_events(made, [HQ_CODE], axes)
        .with_columns(_on(axes, PRODUCTION_DAYS))
        .filter(last)
        .select("sku", "on", "quantity")
        .sort("on", "sku"),
        opening=_opening(opening, axes),
        behaviour=pl.DataFrame({"code": axes.dealers, "behaviour": behaviour}),
    )


def _axes(network: Network, catalogue: Catalogue, shift: Shift) -> _Axes:
    stores = network.stores.filter(pl.col("carries")).sort("code")
    return _Axes(
        stores=stores,
        subs=network.sub_dealers["code"].to_list(),
        dealers=network.dealers["code"].to_list(),
        skus=catalogue.products["sku"].to_list(),
        case=catalogue.products["case_size"].to_numpy().astype(np.int64),
        shift=shift,
    )


def _behaviour(dealers: list[str], rng: random.Random) -> list[str]:
    chosen = list(BEHAVIOURS[: len(dealers)])
    rng.shuffle(chosen)
    return chosen


def _mean(units: Units) -> NDArray[np.float64]:
    return np.asarray(units.sum(axis=2) / units.shape[2])


def _weekly(sell_out: pl.DataFrame, axes: _Axes) -> Units:
    frame = sell_out.select(
        _index("store_code", axes.stores["code"].to_list()).alias("holder"),
        _index("sku", axes.skus).alias("item"),
        ((pl.col("on") - axes.shift.first_monday).dt.total_days() // 7).alias("week"),
        "quantity",
    )
    units = np.zeros((len(axes.stores), len(axes.skus), axes.shift.weeks), dtype=np.int64)
    place = tuple(frame[name].to_numpy() for name in ("holder", "item", "week"))
    np.add.at(units, place, frame["quantity"].to_numpy())
    return units


def _index(column: str, order: list[str]) -> pl.Expr:
    return pl.col(column).replace_strict(order, list(range(len(order))), return_dtype=pl.Int64)


def _by_supplier(store_in: Units, axes: _Axes) -> tuple[Units, Units]:
    sub_demand = np.zeros((len(axes.subs), *store_in.shape[1:]), dtype=np.int64)
    direct = np.zeros((len(axes.dealers), *store_in.shape[1:]), dtype=np.int64)
    for index, supplier in enumerate(axes.stores["supplier_code"]):
        if supplier in axes.subs:
            sub_demand[axes.subs.index(supplier)] += store_in[index]
        else:
            direct[axes.dealers.index(supplier)] += store_in[index]
    return sub_demand, direct


def _subs_to_dealers(sub_in: Units, axes: _Axes, network: Network) -> Units:
    demand = np.zeros((len(axes.dealers), *sub_in.shape[1:]), dtype=np.int64)
    for index, dealer in enumerate(network.sub_dealers["dealer_code"]):
        demand[axes.dealers.index(dealer)] += sub_in[index]
    return demand


def _dealer_policy(axes: _Axes, network: Network, behaviour: list[str], weeks: int) -> OrderPolicy:
    """Review cycle by tier (core weekly, others every second week), safety by behaviour and, for
    dealers that stuff, a target 2.2 times the need in the last three weeks of a quarter."""
    tiers = network.dealers["tier"].to_list()
    cycle = np.array([1 if tier == "core" else 2 for tier in tiers], dtype=np.int64)
    weeks_safe, deviations = zip(*(SAFETY[name] for name in behaviour), strict=True)
    quarter_end = np.array([_near_quarter_end(axes.shift.monday(week)) for week in range(weeks)])
    stuffing = np.array([name == "stuffing" for name in behaviour])
    return OrderPolicy(
        cycle=cycle,
        phase=np.arange(len(tiers)) % cycle,
        safety=np.array(weeks_safe),
        deviations=np.array(deviations),
        push=np.where(stuffing[:, None] & quarter_end[None, :], 2.2, 1.0),
    )


def _near_quarter_end(monday: dt.date) -> bool:
    return monday.month % 3 == 0 and monday.day > 9


def _events(units: Units, codes: list[str], axes: _Axes) -> pl.DataFrame:
    """Long form of the non-zero entries: code, sku, week, quantity."""
    holder, item, week = np.nonzero(units)
    names, skus = pl.Series("code", codes), pl.Series("sku", axes.skus)
    return pl.DataFrame(
        [
            names.gather(holder.tolist()),
            skus.gather(item.tolist()),
            pl.Series("week", week.astype(np.int64)),
            pl.Series("quantity", units[holder, item, week]),
        ]
    )


def _on(axes: _Axes, days_before: int) -> pl.Expr:
    start = axes.shift.first_monday - dt.timedelta(days=days_before)
    return (pl.lit(start) + pl.duration(days=pl.col("week") * 7)).cast(pl.Date).alias("on")


def _sell_through(store_in: Units, sub_in: Units, axes: _Axes, network: Network) -> pl.DataFrame:
    stores = (
        _events(store_in, axes.stores["code"].to_list(), axes)
        .join(axes.stores.select("code", "supplier_code", "store_id"), on="code")
        .with_columns(_on(axes, STORE_DELIVERY_DAYS))
        .with_columns((pl.col("on") - pl.duration(days=pl.col("store_id") % 2)).alias("on"))
        .rename({"supplier_code": "from_code", "code": "to_code"})
    )
    subs = (
        _events(sub_in, axes.subs, axes)
        .join(network.sub_dealers.select("code", "dealer_code"), on="code")
        .with_columns(_on(axes, SUB_DEALER_DELIVERY_DAYS))
        .rename({"dealer_code": "from_code", "code": "to_code"})
    )
    columns = ["from_code", "to_code", "sku", "on", "quantity"]
    return pl.concat([subs.select(columns), stores.select(columns)]).sort(
        "on", "from_code", "to_code", "sku"
    )


def _sell_in(regular: Units, rush: Units, axes: _Axes, network: Network) -> pl.DataFrame:
    lead = pl.DataFrame(
        {"region_code": list(REGIONS), "lead_days": [days for _, _, days in REGIONS.values()]}
    )
    dealers = network.dealers.select("code", "region_code").with_row_index("place").join(
        lead, on="region_code"
    )  # fmt: skip
    # Monday to Friday differ by dealer, so that trucks do not all arrive on one day
    spread = pl.col("place").cast(pl.Int64) % 5
    planned = (
        _events(regular, axes.dealers, axes)
        .join(dealers, on="code")
        .with_columns(_on(axes, RECEIPT_DAYS), pl.lit("regular").alias("kind"))
        .with_columns((pl.col("on") - pl.duration(days=spread)).alias("received_on"))
    )
    urgent = (
        _events(rush, axes.dealers, axes)
        .join(dealers, on="code")
        .with_columns(_on(axes, RECEIPT_DAYS - 1), pl.lit("rush").alias("kind"))
        .with_columns(
            pl.col("on").alias("received_on"),
            pl.max_horizontal(pl.col("lead_days") - 2, pl.lit(1)).alias("lead_days"),
        )
    )
    columns = ["code", "sku", "kind", "received_on", "lead_days", "quantity"]
    return pl.concat([planned.select(columns), urgent.select(columns)]).sort(
        "received_on", "code", "kind", "sku"
    )


def _opening(parts: list[tuple[list[str], Units]], axes: _Axes) -> pl.DataFrame:
    day = axes.shift.first_monday - dt.timedelta(days=OPENING_DAYS_BEFORE)
    frames = [_events(units[:, :, None], codes, axes) for codes, units in parts]
    return (
        pl.concat(frames)
        .rename({"code": "node_code"})
        .with_columns(pl.lit(day).alias("on"))
        .select("node_code", "sku", "on", "quantity")
        .sort("node_code", "sku")
    )
