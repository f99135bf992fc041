"""Derived: the dealers' orders to us, from the arrivals that the flow needed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from yunhe.demo.calendar import Shift
from yunhe.demo.exact import yuan
from yunhe.demo.flow import Flow
from yunhe.demo.network import Network
from yunhe.demo.prices import Prices, price_on
from yunhe.demo.products import Catalogue, scarce_skus

SHORT_SHIPPED_SHARE = 0.02
"""Of regular lines, so many were ordered one case higher than we could ship."""
CANCELLED = 6
DRAFTS = 4
COPIED_DAYS = 30

_PREPARE_DAYS = {"regular": 2, "rush": 1}


@dataclass(frozen=True, slots=True)
class Orders:
    """`orders`: order_no, dealer_code, kind, status (draft, submitted, confirmed,
    shipped, received, cancelled), ordered_on, confirmed_on, shipped_on, arrived_on (null when not
    yet), expected_on, amount, shipped_amount.
    `lines`: order_no, line_no, sku, unit `case`, ordered, shipped and received cases, quantity
    (consumer units ordered), price and amount (ordered), shipped_amount, price_list."""

    orders: pl.DataFrame
    lines: pl.DataFrame


def build_orders(
    flow: Flow, network: Network, catalogue: Catalogue, prices: Prices, *, seed: int, shift: Shift
) -> Orders:
    """Number, date, price and cut the orders at yesterday."""
    lines = _dated(flow, seed).filter(pl.col("ordered_on") <= shift.last)
    lines = pl.concat([lines, _never_delivered(lines, catalogue, seed=seed, shift=shift)])
    keys = ["ordered_on", "dealer_code", "kind", "received_on"]
    next_day = (pl.col("kind") == "regular").cast(pl.Int64)
    heads = lines.select(*keys, "shipped_on", "fate").unique().sort(*keys, "fate")
    heads = heads.with_columns(
        pl.format(
            "SO{}{}",
            pl.col("ordered_on").dt.strftime("%y%m%d"),
            (pl.int_range(pl.len()).over("ordered_on") + 1).cast(pl.String).str.zfill(3),
        ).alias("order_no"),
        (pl.col("ordered_on") + pl.duration(days=next_day)).alias("confirmed_on"),
    )  # fmt: skip
    heads = _with_status(heads, shift)
    lines = lines.join(
        heads.select(*keys, "fate", "order_no", "status"), on=[*keys, "fate"], how="inner"
    )
    lines = _priced(lines, network, catalogue, prices)
    amounts = lines.group_by("order_no").agg(
        pl.col("amount_fen").sum(), pl.col("shipped_fen").sum(), pl.len().alias("line_count")
    )
    heads = (
        heads.join(amounts, on="order_no")
        .with_columns(
            yuan(pl.col("amount_fen")).alias("amount"),
            yuan(pl.col("shipped_fen")).alias("shipped_amount"),
        )
        .drop("fate", "received_on")
        .sort("order_no")
    )
    return Orders(heads, lines.drop(*keys, "fate", "shipped_on").sort("order_no", "line_no"))


def _dated(flow: Flow, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng([seed, 3])
    short = rng.random(len(flow.sell_in)) < SHORT_SHIPPED_SHARE
    prepare = pl.col("kind").replace_strict(_PREPARE_DAYS, return_dtype=pl.Int64)
    return (
        flow.sell_in.with_columns(
            (pl.Series("short", short) & (pl.col("kind") == "regular")).alias("short"),
            (pl.col("received_on") - pl.duration(days="lead_days")).alias("shipped_on"),
            pl.lit("delivered").alias("fate"),
        )
        .with_columns((pl.col("shipped_on") - pl.duration(days=prepare)).alias("ordered_on"))
        .rename({"code": "dealer_code"})
        .drop("lead_days")
    )


def _never_delivered(
    lines: pl.DataFrame, catalogue: Catalogue, *, seed: int, shift: Shift
) -> pl.DataFrame:
    """Copies of recent orders that were cancelled, and drafts of yesterday; they move no goods
    and ask for nothing that is scarce."""
    rng = np.random.default_rng([seed, 4])
    keys = ["dealer_code", "kind", "received_on"]
    recent = pl.lit(shift.last) - pl.duration(days=COPIED_DAYS)
    copied = (pl.col("kind") == "regular") & (pl.col("ordered_on") >= recent)
    heads = lines.filter(copied).select(keys).unique().sort(keys)
    picks = rng.choice(len(heads), size=CANCELLED + DRAFTS, replace=False)
    cancelled = heads[picks[:CANCELLED].tolist()].with_columns(pl.lit("cancelled").alias("fate"))
    drafts = heads[picks[CANCELLED:].tolist()].with_columns(pl.lit("draft").alias("fate"))
    plenty = ~pl.col("sku").is_in(scarce_skus(catalogue))
    copies = lines.filter(plenty).drop("fate").join(pl.concat([cancelled, drafts]), on=keys)
    is_draft = pl.col("fate") == "draft"
    return copies.with_columns(
        pl.when(is_draft).then(pl.lit(shift.last)).otherwise("ordered_on").alias("ordered_on"),
        pl.when(is_draft)
        .then(pl.lit(shift.last + dt.timedelta(days=9)))
        .otherwise("received_on")
        .alias("received_on"),
    ).select(lines.columns)


def _with_status(heads: pl.DataFrame, shift: Shift) -> pl.DataFrame:
    fate, last = pl.col("fate"), pl.lit(shift.last)
    heads = heads.with_columns(
        pl.when(fate != "delivered").then(fate)
        .when(pl.col("received_on") <= last).then(pl.lit("received"))
        .when(pl.col("shipped_on") <= last).then(pl.lit("shipped"))
        .when(pl.col("confirmed_on") <= last).then(pl.lit("confirmed"))
        .otherwise(pl.lit("submitted"))
        .alias("status")
    )  # fmt: skip
    received = pl.col("status") == "received"
    reached = {
        "confirmed_on": ["confirmed", "shipped", "received"],
        "shipped_on": ["shipped", "received"],
    }
    return heads.with_columns(
        pl.when(pl.col("status").is_in(states)).then(pl.col(name)).otherwise(None).alias(name)
        for name, states in reached.items()
    ).with_columns(
        # the planned day stays on the order; whether it happened is the status
        pl.col("received_on").alias("expected_on"),
        pl.when(received).then("received_on").otherwise(None).alias("arrived_on"),
    )


def _priced(
    lines: pl.DataFrame, network: Network, catalogue: Catalogue, prices: Prices
) -> pl.DataFrame:
    partner = prices.lists.filter(pl.col("kind") == "partner").select(
        pl.col("partner_code").alias("dealer_code"), pl.col("code").alias("partner_list")
    )
    special = (
        prices.lines.select(pl.col("price_list").alias("partner_list"), "sku")
        .unique()
        .with_columns(pl.lit(True).alias("special"))
    )
    tiers = network.dealers.select(pl.col("code").alias("dealer_code"), "tier")
    cases = catalogue.products.select("sku", pl.col("case_size"))
    lines = (
        lines.join(tiers, on="dealer_code")
        .join(cases, on="sku")
        .join(partner, on="dealer_code", how="left")
        .join(special, on=["partner_list", "sku"], how="left")
        .with_columns(
            pl.when(pl.col("special"))
            .then("partner_list")
            .otherwise(pl.lit("PL-") + pl.col("tier").str.to_uppercase())
            .alias("price_list"),
            pl.lit("case").alias("unit"),
            (pl.col("quantity") // pl.col("case_size")).alias("shippable"),
        )
    )  # fmt: skip
    lines = price_on(lines, prices, list_column="price_list", day="ordered_on")
    arrived = pl.col("status") == "received"
    gone = pl.col("status").is_in(["shipped", "received"])
    ordered = pl.col("shippable") + pl.col("short").cast(pl.Int64)
    shipped = pl.when(gone).then(pl.col("shippable")).otherwise(0)
    lines = lines.sort("order_no", "sku").with_columns(
        (pl.int_range(pl.len()).over("order_no") + 1).alias("line_no"),
        ordered.alias("ordered_cases"),
        shipped.alias("shipped_cases"),
        pl.when(arrived).then("shippable").otherwise(0).alias("received_cases"),
        (ordered * pl.col("case_size")).alias("quantity"),
        (ordered * pl.col("price_fen")).alias("amount_fen"),
        (shipped * pl.col("price_fen")).alias("shipped_fen"),
        yuan(pl.col("price_fen")).alias("price"),
    )  # fmt: skip
    return lines.with_columns(
        yuan(pl.col("amount_fen")).alias("amount"),
        yuan(pl.col("shipped_fen")).alias("shipped_amount"),
    ).drop("tier", "partner_list", "special", "shippable", "short")
