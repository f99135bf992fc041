"""The demo must look plausible to somebody who runs such a channel."""

from __future__ import annotations

import polars as pl

from yunhe.demo.source import Source
from yunhe.demo.story import Story


def test_the_cut_of_the_real_data(source: Source) -> None:
    assert len(source.lines) == 151_537
    assert source.lines["quantity"].sum() == 214_905
    assert source.lines["usd_cents"].sum() == 28_632_165
    assert len(source.stores) == 457
    assert source.lines["store_id"].n_unique() == 279


def test_the_network_has_its_size(story: Story) -> None:
    kinds = dict(story.network.nodes["kind"].value_counts().iter_rows())

    assert kinds == {"hq": 1, "region": 7, "dealer": 48, "sub_dealer": 14, "store": 457}
    assert set(story.network.dealers["tier"]) == {"core", "growth", "observation"}


def test_every_kind_of_order_exists(story: Story) -> None:
    assert set(story.orders.orders["status"]) == {
        "draft", "submitted", "confirmed", "shipped", "received", "cancelled",
    }  # fmt: skip


def test_a_dealer_earns_eight_to_fourteen_percent(story: Story) -> None:
    lines = story.prices.lines.filter((pl.col("unit") == "ea") & pl.col("valid_to").is_null())
    store = lines.filter(pl.col("price_list") == "PL-STORE").select(
        "sku", store=pl.col("price_fen")
    )
    for level in ("PL-CORE", "PL-GROWTH", "PL-OBSERVATION"):
        both = lines.filter(pl.col("price_list") == level).join(store, on="sku")
        margin = 1 - both["price_fen"].sum() / both["store"].sum()

        assert 0.06 < margin < 0.14


def test_dealers_hold_twenty_to_sixty_days_of_stock(story: Story) -> None:
    price = story.prices.lines.filter(
        (pl.col("price_list") == "PL-GROWTH")
        & (pl.col("unit") == "ea")
        & pl.col("valid_to").is_null()
    ).select("sku", "price_fen")

    def worth(frame: pl.DataFrame, node: str) -> pl.DataFrame:
        return (
            frame.select(node, "sku", "quantity")
            .join(price, on="sku")
            .group_by(pl.col(node).alias("dealer"))
            .agg((pl.col("quantity") * pl.col("price_fen")).sum().alias("fen"))
        )

    dealers = story.network.dealers.select(dealer="code")
    opening = worth(story.opening, "node_code")
    bought = worth(story.receipts, "dealer_code")
    sold = worth(story.sell_through, "from_code")
    table = (
        dealers.join(opening, on="dealer")
        .join(bought, on="dealer", suffix="_in")
        .join(sold, on="dealer", suffix="_out")
        .with_columns((pl.col("fen") + pl.col("fen_in") - pl.col("fen_out")).alias("stock"))
        .with_columns((pl.col("stock") / pl.col("fen_out") * 365).alias("days"))
    )

    assert 20 < table["stock"].sum() / table["fen_out"].sum() * 365 < 60
    # and there is something to find: over-stock as well as thin shelves
    assert table["days"].max() > 90
    assert table["days"].min() < 25


def test_credit_limits_hold_the_peak_and_somebody_is_close(story: Story) -> None:
    limits = story.money.credit_limits

    assert (limits["limit_fen"] >= limits["peak_fen"]).all()
    assert (limits["peak_fen"] / limits["limit_fen"]).max() > 0.9


def test_somebody_is_overdue(story: Story) -> None:
    open_items = story.money.invoices.filter(pl.col("payment_no").is_null())
    overdue = open_items.filter(pl.col("due_on") < story.shift.last)

    assert 0 < overdue["amount"].sum() < open_items["amount"].sum()


def test_the_newest_policy_waits_for_the_dealer_owner(story: Story) -> None:
    owner = story.persons.filter(pl.col("username") == "dealer")["node_code"][0]
    newest = story.policies[-1].code
    mine = story.policy_reads.filter(pl.col("dealer_code") == owner)

    assert newest not in mine["policy_code"].to_list()
    assert len(story.policy_reads.filter(pl.col("policy_code") == newest)) > 10
    assert {policy.program["kind"] for policy in story.policies} == {"percent", "per_unit", "fixed"}
