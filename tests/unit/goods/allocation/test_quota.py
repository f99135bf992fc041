"""Laws of the division, worked tables, and an oracle that gives lot after lot."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunhe.goods.allocation.compute import (
    Bound,
    Claim,
    FloorsExceedSupply,
    NothingToShareBy,
    Rule,
    compute_health,
    compute_quota,
    divide_lots,
    marginal,
)

TIERS = {"core": Decimal(3), "growth": Decimal(2), "observation": Decimal(1)}
BY_TIER = Rule(Decimal(1), Decimal(0), Decimal(0), TIERS)


@st.composite
def bounds(draw: st.DrawFn, size: int = 5, top: int = 9) -> list[Bound]:
    count = draw(st.integers(1, size))
    found = []
    for at in range(count):
        cap = draw(st.integers(0, top))
        floor = draw(st.integers(0, min(cap, 2)))
        found.append(Bound(f"k{at}", draw(st.integers(1, 60)), floor, cap))
    return found


def cost(bounds: list[Bound], lots: tuple[int, ...]) -> int:
    return sum(
        marginal(b.weight, lot)
        for b, count in zip(bounds, lots, strict=True)
        for lot in range(b.floor + 1, count + 1)
    )


@settings(max_examples=40, deadline=None)
@given(bounds(size=4, top=5), st.integers(0, 16))
def test_nothing_is_better_than_the_answer(case: list[Bound], spare: int) -> None:
    """The oracle tries every division."""
    lots = sum(b.floor for b in case) + spare
    target = min(lots, sum(b.cap for b in case))
    every = [
        split
        for split in product(*(range(b.floor, b.cap + 1) for b in case))
        if sum(split) == target
    ]
    # at equal cost the lower key gets more
    best = min(every, key=lambda split: (cost(case, split), tuple(-x for x in split)))
    found = divide_lots(case, lots)
    assert tuple(found[b.key] for b in case) == best


@settings(max_examples=40, deadline=None)
@given(bounds(size=8, top=40), st.integers(0, 200))
def test_lot_after_lot_gives_the_same(case: list[Bound], spare: int) -> None:
    """The second oracle: the next lot goes to whoever it costs least."""
    lots = sum(b.floor for b in case) + spare
    given_lots = {b.key: b.floor for b in case}
    for _lot in range(lots - sum(given_lots.values())):
        open_to = [b for b in case if given_lots[b.key] < b.cap]
        if not open_to:
            break
        next_one = min(open_to, key=lambda b: (marginal(b.weight, given_lots[b.key] + 1), b.key))
        given_lots[next_one.key] += 1
    assert divide_lots(case, lots) == given_lots


@settings(max_examples=30, deadline=None)
@given(bounds(size=8, top=30), st.integers(0, 120), st.randoms())
def test_order_does_not_matter_and_nobody_loses_when_there_is_more(
    case: list[Bound], spare: int, random: object
) -> None:
    lots = sum(b.floor for b in case) + spare
    shuffled = list(case)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = divide_lots(case, lots)
    assert divide_lots(shuffled, lots) == found
    more = divide_lots(case, lots + 1)
    assert all(more[key] >= found[key] for key in found)
    assert sum(found.values()) == min(lots, sum(b.cap for b in case))
    assert all(b.floor <= found[b.key] <= b.cap for b in case)


def test_the_worked_table() -> None:
    """docs/algorithms/quota.md: 100 cases, tiers 3 : 2 : 1 and history 50 : 30 : 20, half each."""
    claims = [
        Claim("A", "core", history=Decimal(500)),
        Claim("B", "growth", history=Decimal(300)),
        Claim("C", "observation", history=Decimal(200)),
    ]
    rule = Rule(Decimal(50), Decimal(50), Decimal(0), TIERS)
    shares = compute_quota(claims, rule, supply=Decimal(1200), lot=Decimal(12))
    # tier 1/2, 1/3, 1/6; history 1/2, 3/10, 1/5; means 0.5, 0.316667, 0.183333
    assert [share.weight for share in shares] == [500000, 316667, 183334]
    assert [share.lots for share in shares] == [50, 32, 18]


def test_a_cap_by_demand_leaves_more_for_the_others() -> None:
    claims = [
        Claim("A", "core", demand=Decimal(24)),
        Claim("B", "growth", demand=Decimal(1200)),
        Claim("C", "observation"),
    ]
    shares = compute_quota(claims, BY_TIER, supply=Decimal(240), lot=Decimal(12))
    # A wants 2 of 20 cases; the other 18 are shared 2 : 1
    assert [share.lots for share in shares] == [2, 12, 6]


def test_floors_come_first_and_rounding_is_in_whole_cases() -> None:
    claims = [Claim("A", "core"), Claim("B", "observation"), Claim("C", "observation")]
    rule = Rule(Decimal(1), Decimal(0), Decimal(0), {"core": Decimal(8), "observation": Decimal(1)})
    floor = Rule(**{**{f: getattr(rule, f) for f in rule.__dataclass_fields__}, "floor_lots": 2})
    without = compute_quota(claims, rule, supply=Decimal(125), lot=Decimal(12))
    having = compute_quota(claims, floor, supply=Decimal(125), lot=Decimal(12))
    assert [share.lots for share in without] == [8, 1, 1]
    assert [share.lots for share in having] == [6, 2, 2]


def test_floors_above_the_supply_are_refused_with_both_figures() -> None:
    claims = [Claim(f"k{at}", "core") for at in range(5)]
    rule = Rule(Decimal(1), Decimal(0), Decimal(0), TIERS, floor_lots=3)
    with pytest.raises(FloorsExceedSupply) as caught:
        compute_quota(claims, rule, supply=Decimal(14), lot=Decimal(1))
    assert (caught.value.needed, caught.value.supply) == (15, 14)


def test_no_history_at_all_leaves_the_tiers() -> None:
    claims = [Claim("A", "core"), Claim("B", "observation")]
    rule = Rule(Decimal(10), Decimal(90), Decimal(0), TIERS)
    shares = compute_quota(claims, rule, supply=Decimal(8), lot=Decimal(1))
    assert [share.lots for share in shares] == [6, 2]


def test_nothing_to_share_by_is_refused() -> None:
    with pytest.raises(NothingToShareBy):
        compute_quota([Claim("A", "none")], BY_TIER, supply=Decimal(8), lot=Decimal(1))


def test_one_partner_gets_at_most_its_part() -> None:
    claims = [Claim("A", "core"), Claim("B", "observation"), Claim("C", "observation")]
    rule = Rule(Decimal(1), Decimal(0), Decimal(0), TIERS, most=Decimal("0.4"))
    shares = compute_quota(claims, rule, supply=Decimal(10), lot=Decimal(1))
    assert [share.lots for share in shares] == [4, 3, 3]


def test_48_dealers_are_quick_and_exact() -> None:
    case = [Bound(f"D{at:02}", 1 + at * at, 2, 40 + at * 30) for at in range(48)]
    assert sum(divide_lots(case, 5_000).values()) == 5_000


def test_health_is_the_mean_of_what_is_known() -> None:
    """80 of 100 credible, 25 of 100 owed overdue: (0.80 + 0.75) / 2."""
    assert compute_health(Decimal(80), owed=Decimal(100), overdue=Decimal(25)) == Decimal("0.775")
    assert compute_health(Decimal(80), owed=Decimal(0), overdue=Decimal(0)) == Decimal("0.8")
    assert compute_health(None, owed=Decimal(200), overdue=Decimal(300)) == 0
    assert compute_health(None, owed=Decimal(0), overdue=Decimal(0)) is None


def test_health_moves_lots_to_the_healthier() -> None:
    """Half by tier (equal), half by health 0.9 : 0.3, that is 3 : 1; weights 0.625 and 0.375."""
    rule = Rule(Decimal(1), Decimal(0), Decimal(1), {"core": Decimal(1)})
    claims = [
        Claim("a", "core", health=Decimal("0.9")),
        Claim("b", "core", health=Decimal("0.3")),
    ]
    shares = compute_quota(claims, rule, supply=Decimal(16), lot=Decimal(1))
    assert [share.lots for share in shares] == [10, 6]
