"""Periods, equal parts, plan and price of frames, by hand and by law."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.trade.blankets.compute import (
    equal_parts,
    fulfil,
    less_percent,
    period_key,
    period_starts,
)

D = Decimal


@pytest.mark.parametrize(
    ("day", "unit", "key"),
    [
        (date(2026, 11, 30), "month", "2026-11"),
        (date(2026, 1, 1), "quarter", "2026Q1"),
        (date(2026, 12, 31), "quarter", "2026Q4"),
        (date(2026, 4, 1), "quarter", "2026Q2"),
        (date(2026, 4, 1), "", ""),
    ],
)
def test_the_period_of_a_day(day: date, unit: str, key: str) -> None:
    assert period_key(day, unit) == key


def test_periods_begin_with_the_frame_and_then_on_firsts() -> None:
    found = period_starts(date(2026, 11, 20), date(2027, 2, 1), "month")
    assert found == [date(2026, 11, 20), date(2026, 12, 1), date(2027, 1, 1)]
    found = period_starts(date(2026, 11, 20), date(2027, 4, 2), "quarter")
    assert found == [date(2026, 11, 20), date(2027, 1, 1), date(2027, 4, 1)]
    assert period_starts(date(2026, 11, 20), date(2027, 2, 1), "") == []


def test_ten_in_three_parts() -> None:
    assert equal_parts(D(10), 3) == [4, 3, 3]
    assert equal_parts(D(2), 3) == [1, 1]
    assert equal_parts(D("10.5"), 3) == [D("4.5"), 3, 3]


@given(st.decimals(1, 10**6, places=3), st.integers(1, 60))
def test_parts_sum_to_the_whole(total: Decimal, count: int) -> None:
    parts = equal_parts(total, count)
    assert sum(parts) == total
    assert all(part > 0 for part in parts)


def test_the_earliest_planned_call_off_is_fulfilled_first() -> None:
    plan = [(date(2026, 11, 1), D(40)), (date(2026, 12, 1), D(40)), (date(2027, 1, 1), D(40))]
    found = fulfil(plan, D(50))
    assert [each.called for each in found] == [40, 10, 0]
    assert [each.open for each in found] == [0, 30, 40]
    today = date(2026, 12, 15)
    assert [each.state(today) for each in found] == ["done", "late", "ahead"]
    assert found[1].state(date(2026, 12, 1)) == "partly"


@given(st.lists(st.decimals(1, 1000, places=2), max_size=12), st.decimals(0, 5000, places=2))
def test_nothing_is_counted_twice(quantities: list[Decimal], called: Decimal) -> None:
    plan = [(date(2026, 1, 1), quantity) for quantity in quantities]
    found = fulfil(plan, called)
    assert sum(each.called for each in found) == min(called, sum(quantities, D(0)))


def test_a_discount_is_rounded_half_up() -> None:
    assert less_percent(D("3.50"), D(10)) == D("3.1500")
    assert less_percent(D("0.0001"), D(50)) == D("0.0001")  # 0.00005 goes up
    assert less_percent(D("9.99"), D(0)) == D("9.9900")
