"""What must hold of the whole story, whatever the seed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from yunhe.demo.calendar import compute_shift
from yunhe.demo.source import Source
from yunhe.demo.story import Story, build_story

TODAY = dt.date(2026, 11, 22)


def movements(story: Story) -> pl.DataFrame:
    """Every movement as node, sku, day, change; arrivals rank before departures on a day."""
    columns = ["node", "sku", "on", "change", "rank"]

    def part(frame: pl.DataFrame, node: pl.Expr | str, sign: int) -> pl.DataFrame:
        node = pl.col(node) if isinstance(node, str) else node
        return frame.select(
            node.alias("node"),
            "sku",
            "on",
            (pl.col("quantity") * sign).alias("change"),
            pl.lit(0 if sign > 0 else 1).alias("rank"),
        ).select(columns)

    hq = pl.lit("HQ")
    shipped = story.orders.lines.join(story.orders.orders, on="order_no").select(
        "sku",
        pl.col("shipped_on").alias("on"),
        (pl.col("shipped_cases") * pl.col("case_size")).alias("quantity"),
    )
    return pl.concat(
        [
            part(story.opening, "node_code", 1),
            part(story.production, hq, 1),
            part(story.receipts, "dealer_code", 1),
            part(story.sell_through, "to_code", 1),
            part(story.sell_through, "from_code", -1),
            part(story.sell_out, "store_code", -1),
            part(shipped.filter(pl.col("quantity") > 0), hq, -1),
            part(story.write_off, hq, -1),
        ]
    )


def test_stock_is_never_negative_anywhere_on_any_day(story: Story) -> None:
    running = (
        movements(story)
        .sort("node", "sku", "on", "rank")
        .with_columns(pl.col("change").cum_sum().over("node", "sku").alias("stock"))
    )

    assert running["stock"].min() >= 0


def test_what_arrives_and_does_not_leave_is_the_closing_stock(story: Story) -> None:
    total = movements(story)["change"].sum()
    opened = story.opening["quantity"].sum() + story.production["quantity"].sum()
    lost = story.write_off["quantity"].sum()
    on_the_road = (
        story.orders.lines.filter(pl.col("status") == "shipped")
        .select((pl.col("shipped_cases") * pl.col("case_size")).sum())
        .item()
    )

    assert total == opened - lost - on_the_road - story.sell_out["quantity"].sum()


def test_sell_out_is_the_real_data_line_by_line(source: Source, story: Story) -> None:
    happened = source.lines.filter(
        pl.col("on") + dt.timedelta(days=story.shift.days) <= story.shift.last
    )

    assert story.sell_out["line_no"].to_list() == happened["source_row"].to_list()
    assert story.sell_out["quantity"].to_list() == happened["quantity"].to_list()
    assert story.sell_out["amount"].sum() == Decimal(happened["usd_cents"].sum() * 7) / 100


def test_only_days_after_yesterday_are_missing(source: Source, story: Story) -> None:
    # yesterday is a Saturday, the real year ends on a Sunday: one day has not happened yet
    assert story.shift.last == dt.date(2026, 11, 21)
    assert len(source.lines) - len(story.sell_out) == len(
        source.lines.filter(pl.col("on") == dt.date(2017, 12, 31))
    )


def test_order_lines_carry_the_price_of_their_list_on_their_day(story: Story) -> None:
    days = story.orders.orders.select("order_no", "ordered_on")
    listed = story.prices.lines.rename({"price": "listed"}).drop("price_fen")
    lines = story.orders.lines.join(days, on="order_no")
    priced = lines.join(listed, on=["price_list", "sku", "unit"]).filter(
        (pl.col("valid_from") <= pl.col("ordered_on"))
        & (pl.col("valid_to").is_null() | (pl.col("ordered_on") < pl.col("valid_to")))
    )

    assert len(priced) == len(lines)
    assert priced["price"].to_list() == priced["listed"].to_list()
    assert priced["amount"].to_list() == [
        price * cases for price, cases in zip(priced["price"], priced["ordered_cases"], strict=True)
    ]


@pytest.mark.parametrize("table", ["orders", "shipped"])
def test_orders_are_the_sum_of_their_lines(story: Story, table: str) -> None:
    column = "amount" if table == "orders" else "shipped_amount"
    lines = story.orders.lines.group_by("order_no").agg(pl.col(column).sum().alias("lines"))
    both = story.orders.orders.join(lines, on="order_no")

    assert both[column].to_list() == both["lines"].to_list()


def test_payments_are_the_sum_of_the_invoices_they_pay(story: Story) -> None:
    paid = (
        story.money.invoices.drop_nulls("payment_no")
        .group_by("payment_no")
        .agg(pl.col("amount").sum())
    )
    both = story.money.payments.join(paid, on="payment_no", suffix="_invoices")

    assert both["amount"].to_list() == both["amount_invoices"].to_list()
    assert len(both) == len(story.money.payments)


def test_same_seed_gives_the_same_rows(source: Source, story: Story) -> None:
    again = build_story(today=TODAY, source=source)

    for name, frame in story.frames().items():
        assert frame.equals(again.frames()[name]), name
    assert story.policies == again.policies


def test_another_seed_changes_the_derived_part_only(source: Source, story: Story) -> None:
    other = build_story(today=TODAY, source=source, seed=1)
    real = ["line_no", "store_code", "sku", "on", "quantity", "amount"]

    assert other.sell_out.select(real).equals(story.sell_out.select(real))
    assert not other.orders.orders.equals(story.orders.orders)


def test_another_day_shifts_by_whole_weeks(source: Source, story: Story) -> None:
    later = build_story(today=TODAY + dt.timedelta(days=7), source=source)

    assert later.shift.days == story.shift.days + 7
    moved = story.sell_out.with_columns(pl.col("on", "at") + dt.timedelta(days=7))
    assert later.sell_out.equals(moved)


@pytest.mark.parametrize("offset", range(7))
def test_every_weekday_of_installation_keeps_weekdays(offset: int) -> None:
    today = TODAY + dt.timedelta(days=offset)
    shift = compute_shift(today)

    assert shift.days % 7 == 0
    assert shift.last == today - dt.timedelta(days=1)
    assert 0 <= (dt.date(2017, 12, 31) + dt.timedelta(days=shift.days) - shift.last).days <= 6


def test_every_partner_has_an_address_and_a_phone_of_nobody(source: Source, story: Story) -> None:
    partners = story.network.nodes.filter(pl.col("kind").is_in(["dealer", "sub_dealer", "store"]))
    assert partners["phone"].str.contains(r"^154\d{8}$").all()
    assert partners["phone"].n_unique() == len(partners)
    assert partners["address_zh"].str.contains(r"^\p{Han}+\d+号$").all()
    assert partners["address_en"].str.contains(r"^\d+ [A-Z]\w+ (Rd|St|Ave)$").all()
    stores = partners.filter(pl.col("kind") == "store")
    street = stores["address_zh"].str.extract(r"^(\p{Han}+)")
    assert [name in shop for name, shop in zip(street, stores["name_zh"], strict=True)] == [
        True
    ] * len(stores)
    other = build_story(today=TODAY, source=source, seed=1).network.nodes
    assert not other["phone"].equals(story.network.nodes["phone"])
