"""Divide scarce goods among partners in whole lots, exactly (docs/algorithms/quota.md). No Django.

Each partner has a weight w, at least `floor` and at most `cap` lots. As many lots as possible are
given; among all such divisions the one with the least sum of x²/w is taken, which is the least
squared deviation from the ideal shares relative to the weights. Its solution never takes a lot
from anybody when the supply grows (Sainte-Laguë's property), unlike largest remainders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

PRECISION = 10**9
WEIGHT_TOTAL = 10**6


@dataclass(frozen=True, slots=True)
class Claim:
    """One partner's facts: `key` identifies it (and breaks ties), history and demand in base units.

    `health` is between 0 and 1; `demand` None means that nothing limits it.
    """

    key: str
    tier: str
    history: Decimal = Decimal(0)
    health: Decimal | None = None
    demand: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How much tier, history and health count (any scale; only their ratio matters), by which each
    tier weighs; floor in lots; `most` the greatest part of the supply for one partner (0–1)."""

    tier_part: Decimal
    history_part: Decimal
    health_part: Decimal
    tiers: Mapping[str, Decimal]
    floor_lots: int = 0
    cap_by_demand: bool = True
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """What the solver knows of a partner: whole numbers only."""

    key: str
    weight: int
    floor: int
    cap: int


@dataclass(frozen=True, slots=True)
class Share:
    """The result for one partner. `ideal` is the share in lots before rounding, with bounds."""

    key: str
    lots: int
    weight: int
    ideal: Fraction
    floor: int
    cap: int


def compute_health(
    credibility: Decimal | None, *, owed: Decimal, overdue: Decimal
) -> Decimal | None:
    """0–1: the mean of what is known of a partner; None when nothing is.

    `credibility` of its stock reports, 0–100; payment: what is not overdue of what it owes.
    """
    parts = []
    if credibility is not None:
        parts.append(credibility / 100)
    if owed > 0:
        parts.append(1 - min(max(overdue, Decimal(0)) / owed, Decimal(1)))
    return round(sum(parts, Decimal(0)) / len(parts), 4) if parts else None


class FloorsExceedSupply(ValueError):
    """The guaranteed lots alone are more than there is."""

    def __init__(self, needed: int, supply: int) -> None:
        super().__init__(f"floors need {needed} lots, supply is {supply}")
        self.needed, self.supply = needed, supply


class NothingToShareBy(ValueError):
    """Every partner's weight is zero."""


def compute_quota(
    claims: Sequence[Claim], rule: Rule, *, supply: Decimal, lot: Decimal
) -> list[Share]:
    """Shares by key, in the order of the claims. `supply` and `lot` in base units.

    Raises FloorsExceedSupply, NothingToShareBy.
    """
    lots = int(supply // lot)
    weights = compute_weights(claims, rule)
    most = lots if rule.most is None else int(rule.most * lots)
    bounds = []
    for claim in claims:
        asked = lots
        if rule.cap_by_demand and claim.demand is not None:
            asked = int(claim.demand // lot)
        cap = min(lots, most, asked)
        if not weights[claim.key]:
            cap = min(cap, rule.floor_lots)  # nothing to share by: the guarantee and no more
        bounds.append(Bound(claim.key, weights[claim.key], min(rule.floor_lots, cap), cap))
    given = divide_lots(bounds, lots)
    ideals = compute_ideals(bounds, lots)
    return [Share(b.key, given[b.key], b.weight, ideals[b.key], b.floor, b.cap) for b in bounds]


def compute_weights(claims: Sequence[Claim], rule: Rule) -> dict[str, int]:
    """Whole-number weights that sum to about WEIGHT_TOTAL.

    Each criterion is a share of its own total; a criterion whose total is zero (nobody bought yet)
    counts for nobody and leaves the others their ratio. Raises NothingToShareBy.
    """
    criteria = (
        (rule.tier_part, {c.key: rule.tiers.get(c.tier, Decimal(0)) for c in claims}),
        (rule.history_part, {c.key: max(c.history, Decimal(0)) for c in claims}),
        (rule.health_part, {c.key: c.health or Decimal(0) for c in claims}),
    )
    used = [(Fraction(part), values) for part, values in criteria if part and sum(values.values())]
    whole = sum((part for part, _values in used), Fraction(0))
    if not whole:
        raise NothingToShareBy
    weights = {}
    for claim in claims:
        share = sum(
            (part * Fraction(v[claim.key]) / Fraction(sum(v.values())) for part, v in used),
            Fraction(0),
        )
        weights[claim.key] = -int(-share / whole * WEIGHT_TOTAL // 1)  # up: never zero by rounding
    return weights


def compute_ideals(bounds: Sequence[Bound], lots: int) -> dict[str, Fraction]:
    """Shares in proportion to the weights within floors and caps, in fractions of a lot.

    Repeatedly fixes whoever leaves its bounds (on the side that matters more) and shares the rest.
    """
    left = Fraction(min(lots, sum(b.cap for b in bounds)))
    free = list(bounds)
    fixed: dict[str, Fraction] = {}
    while free:
        total = sum(b.weight for b in free)
        level = left / total if total else Fraction(0)
        below = [b for b in free if b.weight * level < b.floor]
        above = [b for b in free if b.weight * level > b.cap]
        lacking = sum((b.floor - b.weight * level for b in below), Fraction(0))
        spare = sum((b.weight * level - b.cap for b in above), Fraction(0))
        if not below and not above:
            return fixed | {b.key: b.weight * level for b in free}
        settled = below if lacking >= spare else above
        for bound in settled:
            fixed[bound.key] = Fraction(bound.floor if settled is below else bound.cap)
            left -= fixed[bound.key]
        free = [b for b in free if b.key not in fixed]
    return fixed


def marginal(weight: int, lot: int) -> int:
    """What the `lot`-th lot (from 1) of a partner adds to the sum of x²/w, as a whole number."""
    return (2 * lot - 1) * PRECISION // weight


def divide_lots(bounds: Sequence[Bound], lots: int) -> dict[str, int]:
    """Lots by key: as many as possible, with the least sum of x²/w; among equals the lower key.

    CP-SAT looks around the ideal shares; the answer is accepted when no lot could move anywhere
    (marginal costs are increasing, so that proves it best of all), else the window is widened.
    Raises FloorsExceedSupply.
    """
    floors = sum(b.floor for b in bounds)
    if floors > lots:
        raise FloorsExceedSupply(floors, lots)
    ordered = sorted(bounds, key=lambda b: b.key)
    target = min(lots, sum(b.cap for b in ordered))
    ideals = compute_ideals(ordered, lots)
    window = 2
    while True:
        ranges = [
            (
                max(b.floor, int(ideals[b.key]) - window),
                min(b.cap, int(ideals[b.key]) + 1 + window),
            )
            for b in ordered
        ]
        given = _solve(ordered, ranges, target)
        if given is not None and _is_best(ordered, given):
            return {b.key: count for b, count in zip(ordered, given, strict=True)}
        if window > lots:
            raise ArithmeticError("no division found within the bounds")
        window *= 4


def _solve(
    bounds: Sequence[Bound], ranges: Sequence[tuple[int, int]], target: int
) -> list[int] | None:
    """Least cost, and at that cost lots to the lower keys: one objective, the cost counting more
    than all places together."""
    # imported here: it brings pandas along and takes a second
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    places = len(bounds) * sum(high - low for low, high in ranges) + 1
    steps: list[list[tuple[cp_model.IntVar, int]]] = []
    for at, (bound, (low, high)) in enumerate(zip(bounds, ranges, strict=True)):
        steps.append(
            [
                (model.new_bool_var(f"x{at}_{lot}"), marginal(bound.weight, lot) * places + at)
                for lot in range(low + 1, high + 1)
            ]
        )
    if any(low > high for low, high in ranges):
        return None
    taken = sum(low for low, _high in ranges)
    flat = [each for own in steps for each in own]
    model.add(sum(step for step, _cost in flat) == target - taken)
    model.minimize(sum(step * cost for step, cost in flat))
    solver = _solver()
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return [
        low + sum(solver.value(step) for step, _cost in own)
        for (low, _high), own in zip(ranges, steps, strict=True)
    ]


def _solver() -> cp_model.CpSolver:
    """One worker and a fixed seed: the same input gives the same answer."""
    # imported here: as above
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    return solver


def _is_best(bounds: Sequence[Bound], given: Sequence[int]) -> bool:
    """No lot given is dearer (at equal cost: of a higher key) than a lot that could be had instead."""
    last = [
        (marginal(b.weight, x), at)
        for at, (b, x) in enumerate(zip(bounds, given, strict=True))
        if x > b.floor
    ]
    following = [
        (marginal(b.weight, x + 1), at)
        for at, (b, x) in enumerate(zip(bounds, given, strict=True))
        if x < b.cap
    ]
    return not last or not following or max(last) < min(following)
