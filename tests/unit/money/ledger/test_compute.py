"""Matching and ageing on values: hand-worked cases, and laws over random ones."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.money.ledger.compute import Item, Match, bucket_of, compute_ageing, compute_matches

DAY = date(2026, 11, 22)


def item(number: int, days: int, amount: str) -> Item:
    return Item(number, DAY + timedelta(days=days), Decimal(amount))


def test_the_oldest_debt_is_paid_first_and_the_rest_stays_open():
    items = [item(1, 0, "100"), item(2, -10, "50"), item(3, 0, "-120"), item(4, 5, "30")]
    assert compute_matches(items) == [Match(2, 3, Decimal(50)), Match(1, 3, Decimal(70))]


def test_two_credits_share_one_debt():
    items = [item(1, 0, "100"), item(2, -1, "-30"), item(3, 0, "-30")]
    assert compute_matches(items) == [Match(1, 2, Decimal(30)), Match(1, 3, Decimal(30))]


def test_nothing_matches_on_one_side_alone():
    assert compute_matches([item(1, 0, "5"), item(2, 1, "6")]) == []


@given(
    st.lists(
        st.tuples(st.integers(-50, 50), st.integers(-10_000, 10_000).filter(bool)), max_size=30
    )
)
def test_matching_keeps_the_balance_and_leaves_one_side(rows):
    items = [item(at, days, str(amount)) for at, (days, amount) in enumerate(rows)]
    left = {i.id: i.amount for i in items}
    for match in compute_matches(items):
        assert match.amount > 0
        left[match.debt_id] -= match.amount
        left[match.credit_id] += match.amount
    assert sum(left.values()) == sum(i.amount for i in items)
    assert all(left[i.id] * i.amount >= 0 and abs(left[i.id]) <= abs(i.amount) for i in items)
    assert not (any(v > 0 for v in left.values()) and any(v < 0 for v in left.values()))


@pytest.mark.parametrize(
    ("overdue", "bucket"),
    [
        (-1, "not_due"),
        (0, "not_due"),
        (1, "to_30"),
        (30, "to_30"),
        (31, "to_60"),
        (60, "to_60"),
        (61, "to_90"),
        (90, "to_90"),
        (91, "over_90"),
    ],
)
def test_buckets_begin_on_the_day_after(overdue, bucket):
    assert bucket_of(item(1, -overdue, "10"), on=DAY) == bucket


def test_ageing_sums_to_the_balance():
    items = [item(1, -5, "10"), item(2, -7, "5"), item(3, -100, "1"), item(4, 3, "-2")]
    assert compute_ageing(items, on=DAY) == {
        "to_30": Decimal(15),
        "over_90": Decimal(1),
        "credit": Decimal(-2),
    }
