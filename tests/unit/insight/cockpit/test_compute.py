"""Decompositions add up to the change, exactly; the cases are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from yunhe.insight.cockpit.compute import (
    Contribution,
    Part,
    compute_contributions,
    compute_price_volume_mix,
)

D = Decimal
UNITS = st.integers(0, 10_000_000).map(lambda n: D(n).scaleb(-3))
MONEY = st.integers(0, 100_000_000).map(lambda n: D(n).scaleb(-2))
PARTS = st.lists(st.builds(Part, UNITS, MONEY, UNITS, MONEY), max_size=8)


def test_price_volume_mix_by_hand():
    """A: 10 at 2 → 20 at 3; B: 10 at 4 → 5 at 4. Before 60, after 80; average price was 3.

    Volume: 5 more units × 3 = 15. Price: 20 × (3 − 2) = 20. Mix: 80 − 60 − 15 − 20 = −15 (more of
    the cheap one).
    """
    found = compute_price_volume_mix(
        [Part(D(10), D(20), D(20), D(60)), Part(D(10), D(40), D(5), D(20))]
    )
    assert (found.volume, found.mix, found.price) == (D(15), D(-15), D(20))


def test_a_new_group_is_volume_and_mix():
    found = compute_price_volume_mix(
        [Part(D(10), D(20), D(10), D(20)), Part(D(0), D(0), D(5), D(50))]
    )
    assert (found.volume, found.mix, found.price) == (D(10), D(40), D(0))


@given(PARTS)
def test_the_three_effects_add_up(parts):
    found = compute_price_volume_mix(parts)
    change = sum((p.amount_after - p.amount_before for p in parts), D(0))
    assert abs(found.volume + found.mix + found.price - change) < D("1e-15")


@given(PARTS)
def test_without_change_nothing_is_explained(parts):
    same = [
        Part(p.quantity_before, p.amount_before, p.quantity_before, p.amount_before) for p in parts
    ]
    found = compute_price_volume_mix(same)
    assert found.volume == 0
    assert abs(found.mix) < D("1e-15")
    assert abs(found.price) < D("1e-15")


@given(st.lists(st.tuples(MONEY, MONEY), max_size=20), st.integers(1, 6))
def test_contributions_keep_the_whole(pairs, shown):
    parts = [Contribution(i, str(i), before, after) for i, (before, after) in enumerate(pairs)]
    found = compute_contributions(parts, shown=shown, rest_label="rest")
    assert sum(part.change for part in found) == sum(part.change for part in parts)
    assert len(found) <= shown + 1


def test_the_largest_changes_stand_alone():
    parts = [
        Contribution(n, n, D(10), D(10 + c)) for n, c in (("a", 1), ("b", -7), ("c", 3), ("d", 2))
    ]
    found = compute_contributions(parts, shown=2, rest_label="rest")
    assert [(part.label, part.change) for part in found] == [
        ("b", D(-7)),
        ("c", D(3)),
        ("rest", D(3)),
    ]
