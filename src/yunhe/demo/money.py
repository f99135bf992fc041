"""Derived: invoices when goods ship, payments with each dealer's habits, and credit limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from yunhe.demo.calendar import Shift
from yunhe.demo.exact import yuan
from yunhe.demo.network import Network
from yunhe.demo.orders import Orders

TERM_DAYS = 30
"""The product's own payment term, for everybody."""
LATE_PAYERS = 7
LATE_DAYS = (18, 40)
USUAL_DAYS = (-4, 5)
PAYMENT_DAYS = (10, 25)
"""Dealers transfer on two days a month, all that they let fall due until then."""

LIMIT_PERMILLE = 1250
TIGHT_LIMIT_PERMILLE = 1020
TIGHT_DEALERS = 3
LIMIT_STEP_FEN = 100_000


@dataclass(frozen=True, slots=True)
class Money:
    """`invoices`: invoice_no, order_no, dealer_code, on, due_on, amount, payment_no (null: open).
    `payments`: payment_no, dealer_code, on, amount. `credit_limits`: dealer_code, limit, peak
    exposure, late (pays late by habit)."""

    invoices: pl.DataFrame
    payments: pl.DataFrame
    credit_limits: pl.DataFrame


def build_money(orders: Orders, network: Network, *, seed: int, shift: Shift) -> Money:
    """Exposure is what is ordered and not paid; the limit is a margin above its real peak."""
    rng = np.random.default_rng([seed, 5])
    codes = network.dealers["code"].to_list()
    late = set(rng.choice(codes, size=LATE_PAYERS, replace=False).tolist())
    tight = set(rng.choice(codes, size=TIGHT_DEALERS, replace=False).tolist())
    invoices = _invoices(orders)
    low = [LATE_DAYS[0] if code in late else USUAL_DAYS[0] for code in invoices["dealer_code"]]
    high = [LATE_DAYS[1] if code in late else USUAL_DAYS[1] for code in invoices["dealer_code"]]
    delay = rng.integers(np.array(low), np.array(high) + 1)
    invoices = _with_payment(invoices.with_columns(pl.Series("delay", delay)), shift)
    payments = (
        invoices.filter(pl.col("payment_no").is_not_null())
        .group_by("payment_no", "dealer_code", pl.col("pay_on").alias("on"))
        .agg(pl.col("amount_fen").sum())
        .with_columns(yuan(pl.col("amount_fen")).alias("amount"))
        .sort("payment_no")
    )
    limits = _limits(orders, payments, network, late=late, tight=tight)
    return Money(invoices.drop("delay", "pay_on"), payments, limits)


def _invoices(orders: Orders) -> pl.DataFrame:
    return (
        orders.orders.filter(pl.col("status").is_in(["shipped", "received"]))
        .select(
            pl.col("order_no").str.replace("SO", "IN").alias("invoice_no"),
            "order_no",
            "dealer_code",
            pl.col("shipped_on").alias("on"),
            (pl.col("shipped_on") + pl.duration(days=TERM_DAYS)).alias("due_on"),
            pl.col("shipped_fen").alias("amount_fen"),
            pl.col("shipped_amount").alias("amount"),
        )
        .sort("invoice_no")
    )


def _with_payment(invoices: pl.DataFrame, shift: Shift) -> pl.DataFrame:
    first, second = PAYMENT_DAYS
    ready = pl.col("due_on") + pl.duration(days="delay")
    day = pl.col("ready").dt.day()
    start = pl.col("ready").dt.month_start()
    pay_on = (
        pl.when(day <= first).then(start.dt.offset_by(f"{first - 1}d"))
        .when(day <= second).then(start.dt.offset_by(f"{second - 1}d"))
        .otherwise(start.dt.offset_by("1mo").dt.offset_by(f"{first - 1}d"))
    )  # fmt: skip
    number = pl.format("PM{}{}", pl.col("pay_on").dt.strftime("%y%m%d"), pl.col("dealer_code"))
    return (
        invoices.with_columns(ready.alias("ready"))
        .with_columns(pay_on.alias("pay_on"))
        .with_columns(
            pl.when(pl.col("pay_on") <= shift.last).then(number).otherwise(None).alias("payment_no")
        )
        .drop("ready")
    )


def _limits(
    orders: Orders, payments: pl.DataFrame, network: Network, *, late: set[str], tight: set[str]
) -> pl.DataFrame:
    placed = orders.orders.filter(pl.col("status") != "draft").select(
        "dealer_code",
        "status",
        pl.col("ordered_on").alias("on"),
        pl.col("amount_fen").alias("change"),
    )
    cancelled = placed.filter(pl.col("status") == "cancelled").with_columns(
        pl.col("on") + pl.duration(days=1), -pl.col("change")
    )
    taken = pl.concat([placed, cancelled]).drop("status")
    paid = payments.select("dealer_code", "on", (-pl.col("amount_fen")).alias("change"))
    # goods come before money on the same day: the careful reading of a peak
    peaks = (
        pl.concat([taken, paid])
        .sort(["dealer_code", "on", "change"], descending=[False, False, True])
        .with_columns(pl.col("change").cum_sum().over("dealer_code").alias("exposure"))
        .group_by("dealer_code")
        .agg(pl.col("exposure").max().alias("peak_fen"))
    )
    code = pl.col("dealer_code")
    permille = (
        pl.when(code.is_in(sorted(tight))).then(TIGHT_LIMIT_PERMILLE).otherwise(LIMIT_PERMILLE)
    )
    limit = -(-(pl.col("peak_fen") * permille) // (1000 * LIMIT_STEP_FEN)) * LIMIT_STEP_FEN
    return (
        network.dealers.select(
            pl.col("code").alias("dealer_code"),
        )
        .join(peaks, on="dealer_code", how="left")
        .with_columns(limit.alias("limit_fen"), code.is_in(sorted(late)).alias("late"))
        .with_columns(
            yuan(pl.col("limit_fen")).alias("limit"),
            yuan(pl.col("peak_fen")).alias("peak_exposure"),
        )
        .sort("dealer_code")
    )
