"""From facts to totals: which facts count for a program and a settlement, and why others do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from yunhe.money.rebates.compute.program import Fact, Flow, Program, Settlement, TierBy
from yunhe.platform.values.exact import EXACT, ZERO, exact_product
from yunhe.platform.values.quantity import BASE, UnitTable


class Ignored(StrEnum):
    """Why a fact of the partner does not count, in the order of checking."""

    PRODUCT = "product"
    FLOW = "flow"
    BEFORE_VALID = "before_valid"
    AFTER_VALID = "after_valid"
    AFTER_CUTOFF = "after_cutoff"
    NOT_YET_KNOWN = "not_yet_known"


@dataclass(frozen=True, slots=True)
class FactSum:
    """How many facts, their exact amount, and their exact quantity in base units."""

    count: int = 0
    amount: Decimal = ZERO
    quantity: Decimal = ZERO


NOTHING = FactSum()


@dataclass(frozen=True, slots=True)
class Totals:
    """The facts of one partner for one program and settlement."""

    by_flow: dict[Flow, FactSum] = field(default_factory=dict)
    ignored: dict[Ignored, FactSum] = field(default_factory=dict)

    def of(self, flow: Flow) -> FactSum:
        return self.by_flow.get(flow, NOTHING)


@dataclass(slots=True)
class _Running:
    count: int = 0
    amount: Decimal = ZERO
    quantity: Decimal = ZERO

    def add(self, amount: Decimal, quantity: Decimal) -> None:
        self.count += 1
        self.amount = EXACT.add(self.amount, amount)
        self.quantity = EXACT.add(self.quantity, quantity)

    def frozen(self) -> FactSum:
        return FactSum(self.count, self.amount, self.quantity)


def counted_flows(program: Program) -> frozenset[Flow]:
    """The flows a program looks at: its own, and those of its sell-through rate."""
    if program.tier_by is TierBy.SELL_THROUGH_RATE:
        return frozenset({program.flow, Flow.SELL_OUT, Flow.OPENING, Flow.SELL_IN})
    return frozenset({program.flow})


def base_quantity(fact: Fact, units: UnitTable) -> Decimal:
    """The fact's quantity in base units, exact. Raises UnknownUnit."""
    if fact.unit == BASE:
        return fact.quantity
    return exact_product(fact.quantity, units.factor(fact.product, fact.unit))


def sum_facts(
    program: Program, settlement: Settlement, facts: Iterable[Fact], units: UnitTable
) -> dict[str, Totals]:
    """Totals by partner of every fact whose partner the program includes, in any order of facts."""
    flows = counted_flows(program)
    counted: dict[tuple[str, Flow], _Running] = defaultdict(_Running)
    ignored: dict[tuple[str, Ignored], _Running] = defaultdict(_Running)
    for fact in facts:
        if not program.includes_partner(fact.partner):
            continue
        reason = reason_ignored(program, settlement, fact, flows)
        running = (
            counted[fact.partner, fact.flow] if reason is None else ignored[fact.partner, reason]
        )
        running.add(fact.amount, base_quantity(fact, units))
    totals: dict[str, Totals] = defaultdict(Totals)
    for partner, flow in sorted(counted):
        totals[partner].by_flow[flow] = counted[partner, flow].frozen()
    for partner, reason in sorted(ignored):
        totals[partner].ignored[reason] = ignored[partner, reason].frozen()
    return dict(totals)


def reason_ignored(
    program: Program, settlement: Settlement, fact: Fact, flows: frozenset[Flow]
) -> Ignored | None:
    """The first reason why the fact does not count; None when it counts."""
    if not program.includes_product(fact.product):
        return Ignored.PRODUCT
    if fact.flow not in flows:
        return Ignored.FLOW
    if fact.on not in program.valid:
        start = program.valid.start
        early = start is not None and fact.on < start
        return Ignored.BEFORE_VALID if early else Ignored.AFTER_VALID
    if fact.on > settlement.cutoff:
        return Ignored.AFTER_CUTOFF
    if fact.recorded_on > settlement.known_by:
        return Ignored.NOT_YET_KNOWN
    return None
