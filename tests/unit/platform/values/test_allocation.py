"""Largest remainder: exact sums, quotas kept, ties by position."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.platform.values import (
    InexactValue,
    InvalidValue,
    allocate,
    allocate_by_key,
    allocate_integer,
)

weights = st.lists(st.integers(0, 50).map(Decimal), min_size=1, max_size=8)
totals = st.integers(-10_000, 10_000)


@given(totals, weights)
def test_shares_sum_to_the_total(total: int, parts: list[Decimal]) -> None:
    assert sum(allocate_integer(total, parts)) == total


@given(totals, weights)
def test_every_share_is_its_quota_rounded_up_or_down(total: int, parts: list[Decimal]) -> None:
    used = parts if any(parts) else [Decimal(1)] * len(parts)
    for share, weight in zip(allocate_integer(total, parts), used, strict=True):
        assert abs(share - Fraction(total) * Fraction(weight) / Fraction(sum(used))) < 1


@given(totals, weights)
def test_a_negative_total_is_the_mirror_image(total: int, parts: list[Decimal]) -> None:
    assert allocate_integer(-total, parts) == tuple(-s for s in allocate_integer(total, parts))


@given(totals, weights, st.integers(1, 1000))
def test_only_proportions_matter(total: int, parts: list[Decimal], factor: int) -> None:
    assert allocate_integer(total, [w * factor for w in parts]) == allocate_integer(total, parts)


@given(st.integers(0, 10_000), weights)
def test_a_larger_weight_never_gets_less(total: int, parts: list[Decimal]) -> None:
    pairs = sorted(zip(parts, allocate_integer(total, parts), strict=True))
    for (weight, share), (next_weight, next_share) in pairwise(pairs):
        assert next_share >= share or weight == next_weight


@pytest.mark.parametrize(
    ("total", "parts", "shares"),
    [
        ("10.00", [1, 1, 1], ["3.34", "3.33", "3.33"]),
        ("-10.00", [1, 1, 1], ["-3.34", "-3.33", "-3.33"]),
        ("0.05", [0, 0], ["0.03", "0.02"]),
        ("100.00", [50, 30, 20], ["50.00", "30.00", "20.00"]),
        # quotas 1.666…, 2.5, 0.833…: down 1 + 2 + 0 = 3; the two left go to .833 and .666
        ("0.05", [2, 3, 1], ["0.02", "0.02", "0.01"]),
        ("0.00", [], []),
    ],
)
def test_worked_table(total: str, parts: list[int], shares: list[str]) -> None:
    assert [str(s) for s in allocate(Decimal(total), parts, exponent=2)] == shares


def test_ties_by_key_do_not_depend_on_the_order_of_the_mapping() -> None:
    one = allocate_by_key(1, {"b": 1, "a": 1}, exponent=0)

    assert one == allocate_by_key(1, {"a": 1, "b": 1}, exponent=0) == {"a": 1, "b": 0}


def test_what_cannot_be_allocated_is_refused() -> None:
    with pytest.raises(InexactValue):
        allocate(Decimal("0.001"), [1], exponent=2)
    with pytest.raises(InvalidValue):
        allocate(1, [], exponent=0)
    with pytest.raises(InvalidValue):
        allocate(1, [1, -1], exponent=0)
    with pytest.raises(InvalidValue):
        allocate(1, [0.5], exponent=0)  # type: ignore[list-item]
