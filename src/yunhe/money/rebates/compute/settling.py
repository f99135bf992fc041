"""From earned to due: cumulative minus paid, minimum payment, clawback; one or many settlements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from yunhe.money.rebates.compute.earning import compute_earned
from yunhe.money.rebates.compute.facts import Totals, sum_facts
from yunhe.money.rebates.compute.program import (
    Fact,
    Program,
    Settlement,
    SettlementKind,
    check_programs,
)
from yunhe.money.rebates.compute.trace import Line, Payment, Trace
from yunhe.platform.values.exact import ZERO, exact_difference, exact_sum
from yunhe.platform.values.quantity import UnitTable
from yunhe.platform.values.rounding import round_to_exponent

LineKey = tuple[str, str]
"""(program id, partner)"""


def compute_settlement(
    programs: Sequence[Program],
    facts: Iterable[Fact],
    settlement: Settlement,
    *,
    units: UnitTable | None = None,
    paid_before: Mapping[LineKey, Decimal] | None = None,
    partners: Iterable[str] | None = None,
) -> tuple[Line, ...]:
    """One cumulative settlement of several programs, in the order of programs, then partners.

    Args:
        programs: in order; a program may be net of those before it.
        facts: everything known of these partners, in any order; the kernel picks what counts.
        units: product -> unit -> base units; needed when a fact is not in base units.
        paid_before: sum of the dues of the earlier settlements, by (program id, partner).
        partners: who gets a line. Default: the program's own list, else every partner of a fact.

    Raises ProgramRefused, UnknownUnit.
    """
    check_programs(list(programs))
    known = tuple(facts)
    table = units or UnitTable()
    paid = paid_before or {}
    everyone = {fact.partner for fact in known} if partners is None else set(partners)
    earned: dict[str, dict[str, Decimal]] = {}
    lines = []
    for program in programs:
        totals = sum_facts(program, settlement, known, table)
        for partner in _partners_of(program, everyone, given=partners is not None):
            before = earned.setdefault(partner, {})
            trace = compute_earned(
                program, settlement, partner, totals.get(partner, Totals()), before
            )
            before[program.id] = trace.earned
            paid_here = paid.get((program.id, partner), ZERO)
            lines.append(settle_line(program, settlement, partner, trace, paid_here))
    return tuple(lines)


def compute_settlements(
    programs: Sequence[Program],
    facts: Iterable[Fact],
    settlements: Sequence[Settlement],
    *,
    units: UnitTable | None = None,
    partners: Iterable[str] | None = None,
) -> tuple[tuple[Line, ...], ...]:
    """A chain of settlements from the start: each one's dues are paid before the next."""
    known = tuple(facts)
    everyone = None if partners is None else tuple(partners)
    paid: dict[LineKey, Decimal] = {}
    chain = []
    for settlement in settlements:
        lines = compute_settlement(
            programs, known, settlement, units=units, paid_before=paid, partners=everyone
        )
        for line in lines:
            key = (line.program, line.partner)
            paid[key] = exact_sum((paid.get(key, ZERO), line.due))
        chain.append(lines)
    return tuple(chain)


def settle_line(
    program: Program, settlement: Settlement, partner: str, trace: Trace, paid_before: Decimal
) -> Line:
    """The due of one line. A final settlement pays any positive due, however small."""
    payment, due = compute_due(
        exact_difference(trace.earned, paid_before),
        minimum=program.minimum_payment if settlement.kind is SettlementKind.INTERIM else ZERO,
        clawback=program.clawback,
    )
    exponent = program.exponent
    return Line(
        settlement=settlement.cutoff,
        kind=settlement.kind,
        program=program.id,
        partner=partner,
        currency=program.currency,
        base=trace.base,
        earned=trace.earned,
        paid_before=round_to_exponent(paid_before, exponent),
        due=round_to_exponent(due, exponent),
        trace=replace(
            trace,
            paid_before=round_to_exponent(paid_before, exponent),
            minimum_payment=program.minimum_payment,
            payment=payment,
        ),
    )


def compute_due(
    difference: Decimal, *, minimum: Decimal, clawback: bool
) -> tuple[Payment, Decimal]:
    """What to do with `earned - paid before`: (decision, due)."""
    if difference == 0:
        return Payment.NOTHING, ZERO
    if difference < 0:
        return (Payment.CHARGED, difference) if clawback else (Payment.NOT_CHARGED, ZERO)
    if difference < minimum:
        return Payment.BELOW_MINIMUM, ZERO
    return Payment.PAID, difference


def _partners_of(program: Program, everyone: set[str], *, given: bool) -> list[str]:
    if program.partners is None:
        return sorted(everyone)
    return sorted(program.partners & everyone if given else program.partners)
