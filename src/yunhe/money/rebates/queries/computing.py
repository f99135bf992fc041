"""Result lines of programs for all their partners: sums by SQL, arithmetic by the kernel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from yunhe.channel.policies.queries import recipients_of
from yunhe.money.rebates.choices import POLICY_READ
from yunhe.money.rebates.compute.documents import read_program
from yunhe.money.rebates.compute.earning import compute_earned
from yunhe.money.rebates.compute.facts import Totals
from yunhe.money.rebates.compute.program import Program as KernelProgram
from yunhe.money.rebates.compute.program import Settlement
from yunhe.money.rebates.compute.settling import settle_line
from yunhe.money.rebates.compute.trace import Line
from yunhe.money.rebates.errors import KernelRefused
from yunhe.money.rebates.models import Program, ProgramPartner
from yunhe.money.rebates.queries.facts import counted_by, partner_totals, takers_of
from yunhe.platform.values.errors import ValueRefused

ZERO = Decimal(0)
_PAID = """
SELECT p.code, l.node_id, sum(l.due)
  FROM rebates_statementline l JOIN rebates_program p ON p.id = l.program_id
 WHERE l.statement_id IS NOT NULL AND p.code = ANY (%s) GROUP BY 1, 2
"""


@dataclass(frozen=True)
class ComputedLine:
    """The kernel's line of a program and a partner."""

    program: Program
    node_id: int
    line: Line


def compute_lines(
    programs: Sequence[Program], settlement: Settlement, *, horizon: int | None = None
) -> list[ComputedLine]:
    """The lines of programs (those that others are net of first) for all partners.

    Four statements for each program and one more. Equal to the kernel's `compute_settlement` on
    the facts of the programs' periods. Raises KernelRefused.
    """
    paid = paid_before(program.code for program in programs)
    earned: dict[int, dict[str, Decimal]] = defaultdict(dict)
    found = []
    for program in programs:
        taking = participants_of(program)
        totals = partner_totals(
            counted_by(program, horizon=horizon),
            takers_of(program),
            cutoff=settlement.cutoff,
            known_by=settlement.known_by,
        )
        try:
            kernel = kernel_of(program, taking)
            for each in taking:
                code, before = each.node.code, earned[each.node_id]
                sums = totals.get(each.node_id, Totals())
                trace = compute_earned(kernel, settlement, code, sums, before)
                before[program.code] = trace.earned
                paid_here = paid.get((program.code, each.node_id), ZERO)
                line = settle_line(kernel, settlement, code, trace, paid_here)
                found.append(ComputedLine(program, each.node_id, line))
        except ValueRefused as error:
            raise KernelRefused(error) from error
    return found


def participants_of(program: Program) -> list[ProgramPartner]:
    """Who takes part, with their nodes, by code; `conditions` completed with the reading. Two statements."""
    taking = list(
        ProgramPartner.objects.filter(program=program).select_related("node").order_by("node__code")
    )
    if POLICY_READ in program.conditions:
        read = recipients_of(program.version).filter(confirmed_at__isnull=False)
        confirmed = set(read.values_list("node_id", flat=True))
        for each in taking:
            each.conditions = each.conditions | {POLICY_READ: each.node_id in confirmed}
    return taking


def kernel_of(program: Program, taking: Iterable[ProgramPartner]) -> KernelProgram:
    """The kernel's program with what it says about these partners. Raises ValueRefused."""
    known = list(taking)
    return read_program(program_with(program, known))


def program_with(program: Program, taking: Sequence[ProgramPartner]) -> dict[str, Any]:
    """The kernel's document of the program for these partners."""
    baselines = {
        each.node.code: f"{each.baseline:f}" for each in taking if each.baseline is not None
    }
    return program.definition | {
        "partners": [each.node.code for each in taking],
        "baseline": baselines,
        "conditions": {
            each.node.code: [
                {"name": name, "met": bool(each.conditions.get(name))}
                for name in program.conditions
            ]
            for each in taking
            if program.conditions
        },
    }


def paid_before(codes: Iterable[str]) -> dict[tuple[str, int], Decimal]:
    """Σ due of posted settlements by program code and node id, older versions included."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [sorted(set(codes))])
        return {(code, node_id): paid for code, node_id, paid in cursor.fetchall()}


def in_order(programs: Iterable[Program]) -> list[Program]:
    """Programs so that each follows those it is net of; otherwise by code."""
    waiting = {program.code: program for program in sorted(programs, key=lambda p: p.code)}
    ordered: list[Program] = []
    while waiting:
        ready = [p for p in waiting.values() if not set(p.definition["net_of"]) & set(waiting)]
        # A circle cannot be published (net_of names older programs); if one is, the kernel refuses it.
        for program in ready or list(waiting.values()):
            ordered.append(waiting.pop(program.code))
    return ordered


def missing_before(programs: Sequence[Program]) -> Mapping[str, list[str]]:
    """By program code: the programs it is net of that are not among these."""
    known = {program.code for program in programs}
    lacking = {p.code: [c for c in p.definition["net_of"] if c not in known] for p in programs}
    return {code: codes for code, codes in lacking.items() if codes}
