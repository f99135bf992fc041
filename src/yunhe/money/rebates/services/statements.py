"""Signed bundles of a settlement: the kernel once more, on the facts themselves."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.money.rebates.bundle import Payment, compute_statement, write_bundle
from yunhe.money.rebates.bundle import Statement as StatementInput
from yunhe.money.rebates.compute.documents import read_program
from yunhe.money.rebates.compute.program import Fact, SettlementKind
from yunhe.money.rebates.compute.program import Settlement as KernelSettlement
from yunhe.money.rebates.errors import FactsChanged, KernelRefused
from yunhe.money.rebates.models import Program, Settlement, StatementLine
from yunhe.money.rebates.queries.facts import counted_by, facts_by_partner, takers_of
from yunhe.money.rebates.services.keys import Signer
from yunhe.platform.values.errors import ValueRefused


@dataclass(frozen=True)
class Bundle:
    """A partner's bundle with its digest."""

    node_id: int
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def write_bundles(
    settlement: Settlement,
    programs: Sequence[Program],
    lines: Mapping[int, Sequence[StatementLine]],
    *,
    signer: Signer,
) -> list[Bundle]:
    """One bundle for each partner of `lines` (by node id, in the order of programs).

    A few statements for each program. Every partner is computed again from its facts and compared
    with the lines that were approved. Raises FactsChanged, KernelRefused.
    """
    facts = _facts(settlement, programs, lines)
    paid = _payments(programs, lines)
    by_id = {program.pk: program for program in programs}
    bundles = []
    for node_id, own in lines.items():
        try:
            statement = StatementInput(
                programs=tuple(_restated(line) for line in own),
                settlement=KernelSettlement(
                    settlement.cutoff, SettlementKind(settlement.kind), settlement.known_by
                ),
                partners=(own[0].node.code,),
                facts=tuple(facts[node_id].values()),
                paid=tuple(paid[node_id]),
                # a settlement may hold programs of policies that never reached this partner
                policy_text=policy_text([by_id[line.program_id] for line in own]),
                about=_about(settlement, own),
            )
            _check_equal(statement, own)
            bundles.append(Bundle(node_id, write_bundle(statement, key=signer.private)))
        except ValueRefused as error:
            raise KernelRefused(error) from error
    return bundles


def policy_text(programs: Sequence[Program]) -> str:
    """The texts of the programs' policies, Chinese then English."""
    parts = []
    for version in {program.version_id: program.version for program in programs}.values():
        policy = version.policy
        parts.append(
            f"{policy.code} · {policy.title} · v{version.number}\n\n{version.body.strip()}"
        )
        if version.body_en.strip():
            parts.append(f"{policy.title_en or policy.code}\n\n{version.body_en.strip()}")
    return "\n\n".join(parts) + "\n"


def _facts(
    settlement: Settlement,
    programs: Sequence[Program],
    lines: Mapping[int, Sequence[StatementLine]],
) -> dict[int, dict[int, Fact]]:
    """By node id and fact id: a fact that several programs count is handed over once."""
    codes = {node_id: own[0].node.code for node_id, own in lines.items()}
    found: dict[int, dict[int, Fact]] = defaultdict(dict)
    for program in programs:
        counted = counted_by(program, horizon=settlement.fact_horizon)
        for node_id, fact_id, fact in facts_by_partner(counted, takers_of(program), codes=codes):
            found[node_id][fact_id] = fact
    return found


def _payments(
    programs: Sequence[Program], lines: Mapping[int, Sequence[StatementLine]]
) -> dict[int, list[Payment]]:
    """What earlier settlements paid, by node id. One statement."""
    earlier = StatementLine.objects.filter(
        program__code__in=[program.code for program in programs],
        node_id__in=list(lines),
        statement__isnull=False,
    ).exclude(due=0)
    found: dict[int, list[Payment]] = defaultdict(list)
    for line in earlier.select_related("program", "settlement", "statement", "node"):
        stated = line.statement
        found[line.node_id].append(
            Payment(
                program=line.program.code,
                partner=line.node.code,
                settlement=line.settlement.number,
                statement=stated.number if stated else "",
                amount=line.due,
            )
        )
    return found


def _restated(line: StatementLine) -> Any:
    """The kernel's program for the line's partner, with baseline and conditions as approved."""
    trace, code = line.line["trace"], line.node.code
    baseline = trace["baseline"]
    return read_program(
        line.program.definition
        | {
            "partners": [code],
            "baseline": {} if baseline is None else {code: baseline},
            "conditions": {code: trace["conditions"]} if trace["conditions"] else {},
        }
    )


def _check_equal(statement: StatementInput, own: Sequence[StatementLine]) -> None:
    computed = [
        (line.program, line.base, line.earned, line.paid_before, line.due)
        for line in compute_statement(statement)
    ]
    approved = [
        (
            line.program.code,
            Decimal(line.line["base"]),
            line.earned,
            line.paid_before,
            line.due,
        )
        for line in own
    ]
    if computed != approved:
        raise FactsChanged(
            _(
                "The facts of %(partner)s no longer give what was approved: open the settlement anew."
            )
            % {"partner": own[0].node.label}
        )


def _about(settlement: Settlement, own: Sequence[StatementLine]) -> dict[str, str]:
    node = own[0].node
    return {
        "statement": statement_number(settlement, node.code),
        "settlement": settlement.number,
        "partner": node.code,
        "partner_name": node.name,
        "kind": settlement.kind,
        "cutoff": settlement.cutoff.isoformat(),
        "currency": settlement.currency,
        "programs": ", ".join(line.program.code for line in own),
    }


def statement_number(settlement: Settlement, code: str) -> str:
    return f"{settlement.number}-{code}"[:40]
