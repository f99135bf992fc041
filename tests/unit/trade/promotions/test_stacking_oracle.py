"""Which promotions meet: the kernel against a replay of the rules in whole hundreds, and brute force.

Amounts are multiples of 100.00 and percentages of 10, so that four sequential steps stay exact and no
rounding hides a difference. The replay follows docs/algorithms/promotions.md, section 4, word by word,
on dictionaries of fractions; it shares no code with the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from yunhe.trade.promotions.compute import Line, PercentOff, Promotion, Selector, compute

SKUS = (1, 2, 3)


@dataclass(frozen=True)
class Deal:
    """A percentage off some products."""

    number: int
    percent: int
    skus: frozenset[int]
    mode: str
    priority: int
    budget: int | None = None


amounts = st.lists(st.integers(1, 9).map(lambda n: n * 100), min_size=3, max_size=3)
modes = st.sampled_from(["additive", "sequential", "exclusive"])
chosen = st.sets(st.sampled_from(SKUS), min_size=1).map(frozenset)
percents = st.integers(1, 10).map(lambda n: n * 10)


def exclusive_deals():
    one = st.tuples(percents, st.integers(0, 2), st.none() | st.integers(0, 400))
    return st.lists(one, max_size=4).map(
        lambda found: [
            Deal(at, percent, frozenset(SKUS), "exclusive", priority, budget)
            for at, (percent, priority, budget) in enumerate(found, 1)
        ]
    )


def kernel(basket: list[int], found: list[Deal]):
    lines = [
        Line(row, sku, Decimal(1), Decimal(amount), tax_rate=Decimal("0.13"))
        for row, (sku, amount) in enumerate(zip(SKUS, basket, strict=True), 1)
    ]
    promotions = [
        Promotion(
            deal.number,
            f"P{deal.number}",
            PercentOff(Decimal(deal.percent)),
            Selector(skus=deal.skus),
            exclusive=deal.mode == "exclusive",
            sequential=deal.mode == "sequential",
            priority=deal.priority,
            budget_left=None if deal.budget is None else Decimal(deal.budget),
        )
        for deal in found
    ]
    return compute(lines, promotions)


Left = dict[int, Fraction]


def worked(deal: Deal, full: dict[int, int], left: Left, open_skus: set[int]) -> Left:
    """What the deal takes off each product that is still open."""
    bases = {sku: left[sku] if deal.mode == "sequential" else Fraction(full[sku]) for sku in SKUS}
    return {sku: bases[sku] * deal.percent / 100 for sku in deal.skus & open_skus}


def stackables(found: list[Deal], full: dict[int, int], open_skus: set[int]) -> Left:
    left = {sku: Fraction(full[sku]) for sku in SKUS}
    for deal in sorted(found, key=lambda each: (-each.priority, each.number)):
        off = worked(deal, full, left, open_skus)
        if deal.budget is not None and sum(off.values()) > deal.budget:
            continue
        for sku, part in off.items():
            left[sku] -= part
    return left


def benefit(left: Left, full: dict[int, int], skus: set[int]) -> Fraction:
    return sum((full[sku] - left[sku] for sku in skus), Fraction(0))


def replay(basket: list[int], found: list[Deal]) -> Left:
    """What is left of every product, by section 4."""
    full = dict(zip(SKUS, basket, strict=True))
    loose = [deal for deal in found if deal.mode != "exclusive"]
    waiting = [deal for deal in found if deal.mode == "exclusive"]
    open_skus, result = set(SKUS), {sku: Fraction(full[sku]) for sku in SKUS}
    while waiting:
        whole = benefit(stackables(loose, full, open_skus), full, open_skus)
        ranked = []
        for deal in waiting:
            skus = set(deal.skus) & open_skus
            off = sum(Fraction(full[sku]) * deal.percent / 100 for sku in skus)
            if not skus or (deal.budget is not None and off > deal.budget):
                continue
            rest = open_skus - skus
            gain = off - (whole - benefit(stackables(loose, full, rest), full, rest))
            if gain > 0:
                ranked.append(((deal.priority, gain, -deal.number), deal, skus))
        if not ranked:
            break
        _rank, deal, skus = max(ranked, key=lambda each: each[0])
        for sku in skus:
            result[sku] -= Fraction(full[sku]) * deal.percent / 100
        open_skus -= skus
        waiting.remove(deal)
    left = stackables(loose, full, open_skus)
    return result | {sku: left[sku] for sku in open_skus}


# four additive ones together stay below 100 %, so that no line runs out of room
modest = st.integers(1, 2).map(lambda n: n * 10)


@settings(max_examples=500, deadline=None)
@given(
    amounts,
    st.lists(st.tuples(modest, chosen, modes, st.integers(0, 2), st.none() | st.integers(0, 400)))
    .map(lambda found: [Deal(at, *each) for at, each in enumerate(found[:4], 1)])
    .filter(bool),
)
def test_the_kernel_stacks_as_the_document_says(basket, found):
    expected = replay(basket, found)
    result = kernel(basket, found)
    assert {line.sku: Fraction(line.net) for line in result.lines} == expected


@settings(max_examples=300, deadline=None)
@given(amounts, exclusive_deals())
def test_of_exclusive_ones_for_everything_the_highest_priority_that_pays_wins(basket, found):
    able = [
        deal
        for deal in found
        if deal.budget is None or sum(basket) * deal.percent <= deal.budget * 100
    ]
    top = max((deal.priority for deal in able), default=0)
    best = max((deal.percent for deal in able if deal.priority == top), default=0)
    assert kernel(basket, found).discount == Decimal(sum(basket) * best) / 100


@settings(max_examples=300, deadline=None)
@given(
    amounts,
    st.lists(st.tuples(modest, st.sampled_from(["additive", "exclusive"])), max_size=4).map(
        lambda found: [
            Deal(at, percent, frozenset(SKUS), mode, 0)
            for at, (percent, mode) in enumerate(found, 1)
        ]
    ),
)
def test_at_equal_priority_no_legal_combination_gives_more(basket, found):
    """Brute force: an exclusive one stands alone, additive ones add up; the best of all subsets."""
    best = 0
    for size in range(len(found) + 1):
        for subset in combinations(found, size):
            if size > 1 and any(deal.mode == "exclusive" for deal in subset):
                continue
            best = max(best, sum(deal.percent for deal in subset))
    assert kernel(basket, found).discount == Decimal(sum(basket) * best) / 100


def test_a_budget_that_fits_without_the_taken_lines_counts_for_who_takes_them():
    """S does not fit on both lines; once E has taken the first it fits on the second."""
    found = [
        Deal(1, 10, frozenset({1}), "exclusive", 2),
        Deal(2, 10, frozenset({1, 2}), "exclusive", 2),
        Deal(3, 20, frozenset({1, 2}), "additive", 0, budget=20),
    ]
    assert replay([100, 100, 100], found) == {1: 90, 2: 80, 3: 100}
    assert kernel([100, 100, 100], found).discount == 30


def test_the_worked_example_of_the_document():
    found = [
        Deal(1, 10, frozenset(SKUS), "additive", 0),
        Deal(2, 15, frozenset({1, 2}), "exclusive", 0),
        Deal(3, 25, frozenset({2, 3}), "exclusive", 0),
    ]
    assert replay([100, 100, 100], found) == {1: 85, 2: 75, 3: 75}
    assert kernel([100, 100, 100], found).discount == 65
