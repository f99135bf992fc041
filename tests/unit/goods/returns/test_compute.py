"""Periods, limits and credits of returns, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from yunhe.goods.returns.compute import Inspected, compute_credit, compute_limit, compute_period

D = Decimal
CENT = D("0.01")


@pytest.mark.parametrize(
    ("kind", "on", "start", "end"),
    [
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 11, 22), date(2026, 10, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1)),
        ("year", date(2026, 6, 1), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_periods_are_half_open(kind, on, start, end):
    assert compute_period(kind, on) == (start, end)


def test_a_limit_is_rounded_down():
    assert compute_limit(D("333.33"), D("5"), CENT) == D("16.66")
    assert compute_limit(D("-1"), D("5"), CENT) == 0


def test_damaged_goods_are_credited_by_their_percentage():
    lines = [
        Inspected(D(8), D(1), D(1), D("2.50")),  # 20.00 + half of 2.50
        Inspected(D(0), D(0), D(5), D("9.99")),
    ]
    assert compute_credit(lines, D(50), CENT) == D("21.25")
    assert compute_credit(lines, D(0), CENT) == D("20.00")
