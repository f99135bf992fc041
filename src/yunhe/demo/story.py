"""Put the demo together: `build_story(seed=…, today=…)`, pure and repeatable."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import polars as pl

from yunhe.demo.activities import Activities, build_activities
from yunhe.demo.calendar import Shift, compute_shift
from yunhe.demo.exact import yuan
from yunhe.demo.flow import Flow, build_flow
from yunhe.demo.money import Money, build_money
from yunhe.demo.network import HQ_CODE, Network, build_network, store_code
from yunhe.demo.orders import Orders, build_orders
from yunhe.demo.people import build_members, build_persons
from yunhe.demo.policies import PolicySpec, build_policies, build_reads
from yunhe.demo.prices import Prices, build_prices, price_on
from yunhe.demo.products import Catalogue, build_catalogue, scarce_skus
from yunhe.demo.source import CNY_PER_USD, Source, read_source

DEFAULT_SEED = 20170101
SCARCE_UNITS_LEFT = 2


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the loader needs; frames are sorted and all money is `Decimal(18, 2)`.

    `sell_out`: line_no (source row), store_code, dealer_code (first level), supplier_code, sku,
    source_product_id, household_id, receipt_no, on, at, quantity, amount.
    `sell_through`: from_code, to_code, sku, on, quantity, price, amount. `receipts`: order_no, sku,
    dealer_code, on, quantity. `opening`, `production`, `write_off` as in `Flow` and `_scarce`.
    """

    seed: int
    shift: Shift
    network: Network
    catalogue: Catalogue
    prices: Prices
    orders: Orders
    receipts: pl.DataFrame
    sell_through: pl.DataFrame
    sell_out: pl.DataFrame
    opening: pl.DataFrame
    production: pl.DataFrame
    write_off: pl.DataFrame
    behaviour: pl.DataFrame
    money: Money
    members: pl.DataFrame
    activities: Activities
    policies: tuple[PolicySpec, ...]
    policy_reads: pl.DataFrame
    persons: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every frame by name, for writing, comparing and counting."""
        found: dict[str, pl.DataFrame] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, pl.DataFrame):
                found[field.name] = value
            elif is_dataclass(value):
                inner = {part.name: getattr(value, part.name) for part in fields(value)}
                found |= {
                    f"{field.name}.{name}": frame
                    for name, frame in inner.items()
                    if isinstance(frame, pl.DataFrame)
                }
        return found


def build_story(
    *,
    today: dt.date,
    seed: int = DEFAULT_SEED,
    source: Source | None = None,
    folder: Path | None = None,
) -> Story:
    """Build the demo from the real data.

    Args:
        today: the data end on the day before.
        seed: of the derived part; the real part does not depend on it.
        source: already read data; else read from `folder` or the installed package.

    Raises:
        DemoDataMissingError: the optional package is not installed.
    """
    source = source or read_source(folder)
    shift = compute_shift(today)
    network = build_network(source, seed=seed)
    catalogue = build_catalogue(source)
    prices = build_prices(network, catalogue, shift)
    sell_out = build_sell_out(source, network, catalogue, shift)
    flow = build_flow(
        sell_out.select("store_code", "sku", "on", "quantity"),
        network,
        catalogue,
        seed=seed,
        shift=shift,
    )
    orders = build_orders(flow, network, catalogue, prices, seed=seed, shift=shift)
    policies = build_policies(network, catalogue, shift)
    return Story(
        seed=seed,
        shift=shift,
        network=network,
        catalogue=catalogue,
        prices=prices,
        orders=orders,
        receipts=_receipts(orders),
        sell_through=_priced_sell_through(flow, network, prices),
        sell_out=sell_out,
        opening=flow.opening,
        production=flow.production,
        write_off=_scarce(flow, orders, catalogue, shift),
        behaviour=flow.behaviour,
        money=build_money(orders, network, seed=seed, shift=shift),
        members=build_members(source, shift_days=shift.days, last=shift.last),
        activities=build_activities(source, network, catalogue, shift),
        policies=policies,
        policy_reads=build_reads(policies, network, seed=seed, shift=shift),
        persons=build_persons(network),
    )


def build_sell_out(
    source: Source, network: Network, catalogue: Catalogue, shift: Shift
) -> pl.DataFrame:
    """The real POS lines, dates shifted, in CNY; lines after yesterday have not happened yet."""
    days = dt.timedelta(days=shift.days)
    owners = network.stores.select(
        pl.col("code").alias("store_code"), "dealer_code", "supplier_code"
    )
    return (
        source.lines.with_columns(
            pl.col("on", "at") + days, store_code(pl.col("store_id")).alias("store_code")
        )
        .filter(pl.col("on") <= shift.last)
        .join(catalogue.source_products, on="product_id")
        .join(owners, on="store_code")
        .select(
            pl.col("source_row").cast(pl.Int64).alias("line_no"),
            "store_code",
            "dealer_code",
            "supplier_code",
            "sku",
            pl.col("product_id").alias("source_product_id"),
            "household_id",
            pl.col("basket_id").cast(pl.String).alias("receipt_no"),
            "on",
            "at",
            "quantity",
            (pl.col("usd_cents") * CNY_PER_USD).alias("amount_fen"),
        )
        .with_columns(yuan(pl.col("amount_fen")).alias("amount"))
        .sort("line_no")
    )  # fmt: skip


def _receipts(orders: Orders) -> pl.DataFrame:
    arrived = orders.orders.filter(pl.col("status") == "received").select(
        "order_no", "dealer_code", pl.col("arrived_on").alias("on")
    )
    return (
        orders.lines.filter(pl.col("received_cases") > 0)
        .join(arrived, on="order_no")
        .select(
            "order_no",
            "dealer_code",
            "sku",
            "on",
            (pl.col("received_cases") * pl.col("case_size")).alias("quantity"),
        )
        .sort("on", "order_no", "sku")
    )


def _priced_sell_through(flow: Flow, network: Network, prices: Prices) -> pl.DataFrame:
    subs = network.sub_dealers["code"].implode()
    lines = flow.sell_through.with_columns(
        pl.when(pl.col("to_code").is_in(subs))
        .then(pl.lit("PL-SUB"))
        .otherwise(pl.lit("PL-STORE"))
        .alias("price_list"),
        pl.lit("ea").alias("unit"),
    )
    return (
        price_on(lines, prices, list_column="price_list", day="on")
        .with_columns((pl.col("price_fen") * pl.col("quantity")).alias("amount_fen"))
        .with_columns(
            yuan(pl.col("price_fen")).alias("price"), yuan(pl.col("amount_fen")).alias("amount")
        )
        .drop("unit")
    )


def _scarce(flow: Flow, orders: Orders, catalogue: Catalogue, shift: Shift) -> pl.DataFrame:
    """Two SKUs run short at the HQ warehouse: all but a few units were blocked by quality control
    (sku, on, quantity), so that an order line can be refused for stock."""
    shipped = orders.lines.group_by("sku").agg(
        (pl.col("shipped_cases") * pl.col("case_size")).sum().alias("out")
    )
    opening = flow.opening.filter(pl.col("node_code") == HQ_CODE).group_by("sku").agg(
        pl.col("quantity").sum().alias("opening")
    )  # fmt: skip
    made = flow.production.group_by("sku").agg(pl.col("quantity").sum().alias("made"))
    left = (pl.col("ordered_cases") - pl.col("shipped_cases")) * pl.col("case_size")
    promised = (
        orders.lines.filter(pl.col("status").is_in(["submitted", "confirmed", "shipped"]))
        .group_by("sku")
        .agg(left.sum().alias("promised"))
    )
    on_hand = pl.col("opening") + pl.col("made").fill_null(0) - pl.col("out").fill_null(0)
    return (
        opening.join(made, on="sku", how="left")
        .join(shipped, on="sku", how="left")
        .join(promised, on="sku", how="left")
        .filter(pl.col("sku").is_in(scarce_skus(catalogue)))
        .select(
            "sku",
            pl.lit(shift.last).alias("on"),
            (on_hand - pl.col("promised").fill_null(0) - SCARCE_UNITS_LEFT).alias("quantity"),
        )
        .filter(pl.col("quantity") > 0)
        .sort("sku")
    )
