"""Reads of rebates for pages, the API and other domains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from yunhe.money.rebates.choices import POLICY_READ, ProgramState, RateKind
from yunhe.money.rebates.compute.explain import explain
from yunhe.money.rebates.compute.facts import FactSum
from yunhe.money.rebates.compute.program import Condition, SettlementKind
from yunhe.money.rebates.compute.trace import (
    Line,
    Metric,
    Netted,
    Outcome,
    Payment,
    Slice,
    TierReached,
    Trace,
)
from yunhe.money.rebates.models import (
    Accrual,
    Program,
    ProgramPartner,
    Settlement,
    SigningKey,
    Statement,
    StatementLine,
)
from yunhe.money.rebates.rules.wording import condition_name
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.platform.language import reads_english

ZERO = Decimal(0)


def list_programs() -> QuerySet[Program]:
    """Programs in scope with `participants_count`, `earned` and `paid` of the partners in scope."""
    accruals = Accrual.objects.filter(program=OuterRef("pk")).order_by().values("program")
    taking = ProgramPartner.objects.filter(program=OuterRef("pk")).order_by().values("program")
    return Program.objects.annotate(
        participants_count=Coalesce(Subquery(taking.annotate(n=Count("pk")).values("n")), 0),
        earned=Coalesce(Subquery(accruals.annotate(s=Sum("earned")).values("s")), Value(ZERO)),
        paid=Coalesce(Subquery(accruals.annotate(s=Sum("paid")).values("s")), Value(ZERO)),
    )


def settleable_programs() -> QuerySet[Program]:
    """Programs that a settlement may include, the newest policies first."""
    states = [ProgramState.ACTIVE, ProgramState.FINISHED]
    return Program.objects.filter(state__in=states).order_by("-starts_on", "code")


def participants_of(program: Program) -> QuerySet[ProgramPartner]:
    """Who takes part in a program, within the reader's scope, by partner code."""
    rows = ProgramPartner.objects.filter(program=program).select_related("node")
    return rows.order_by("node__code")


def recorded_conditions(program: Program) -> list[str]:
    """The program's conditions that people record; the reading of a policy is looked up."""
    return [name for name in program.conditions if name != POLICY_READ]


def list_accruals() -> QuerySet[Accrual]:
    """Accruals in scope with program and partner, the highest first; without their steps."""
    rows = Accrual.objects.select_related("program", "node").defer("line", "program__rule")
    return rows.order_by("-earned", "pk")


def list_settlements() -> QuerySet[Settlement]:
    """Settlements with lines in the reader's scope, newest first.

    `scope_partners`, `scope_earned`, `scope_paid_before` and `scope_due` are the sums of the lines in
    the reader's scope: the totals of all regions are for who holds them all.
    """
    lines = StatementLine.objects.filter(settlement=OuterRef("pk")).order_by().values("settlement")
    counted = lines.annotate(n=Count("node", distinct=True)).values("n")
    sums = {
        f"scope_{name}": Coalesce(Subquery(lines.annotate(s=Sum(name)).values("s")), Value(ZERO))
        for name in ("earned", "paid_before", "due")
    }
    return Settlement.objects.annotate(
        scope_partners=Coalesce(Subquery(counted), 0), **sums
    ).order_by("-pk")


def list_statements() -> QuerySet[Statement]:
    """Statements in scope with partner and settlement number, newest first."""
    return Statement.objects.select_related("node", "signed_with").order_by("-on", "-pk")


def lines_of(settlement_id: int) -> QuerySet[StatementLine]:
    """The lines of a settlement, the highest due first; without their steps."""
    rows = StatementLine.objects.filter(settlement_id=settlement_id)
    return (
        rows.select_related("program", "node").defer("line", "program__rule").order_by("-due", "pk")
    )


def bundle_of(statement_id: int) -> tuple[Statement, bytes]:
    """The statement with the bytes of its bundle. Raises NotFound out of scope."""
    found = Statement.objects.select_related("bundle").filter(pk=statement_id).first()
    if found is None:
        raise NotFound()
    return found, bytes(found.bundle.content)


def signing_keys() -> QuerySet[SigningKey]:
    """Public keys, the newest first."""
    return SigningKey.objects.order_by("-created_at")


@dataclass(frozen=True)
class Owed:
    """What a partner has earned and not yet got, over all its running programs.

    `nearest`: the accrual with the smallest share lacking to its next tier.
    """

    open: Decimal
    earned: Decimal
    paid: Decimal
    as_of: date | None
    nearest: Accrual | None


def owed_to(principal: Principal) -> Owed:
    """For the partner a person works for. One statement."""
    mine = own_accruals(principal)
    earned = sum((each.earned for each in mine), ZERO)
    paid = sum((each.paid for each in mine), ZERO)
    climbing = [each for each in mine if each.to_next is not None and each.next_start]
    nearest = min(climbing, key=lambda each: each.to_next / each.next_start, default=None)  # type: ignore[operator]
    as_of = max((each.as_of for each in mine), default=None)
    return Owed(earned - paid, earned, paid, as_of, nearest)


def own_accruals(principal: Principal) -> list[Accrual]:
    """The accruals of the partner a person works for, with their programs. One statement."""
    rows = Accrual.objects.filter(node_id__in=principal.node_ids).select_related("program", "node")
    living = rows.filter(program__state__in=[ProgramState.ACTIVE, ProgramState.FINISHED])
    return list(living.order_by("-program__starts_on", "program__code"))


def steps_of(row: Accrual | StatementLine) -> list[str]:
    """The stored line of an accrual or a statement in sentences of the reader's language."""
    language = "en" if reads_english() else "zh-hans"
    percent = row.program.definition.get("kind", RateKind.PERCENT) == RateKind.PERCENT
    return explain(read_line(row.line), language, percent=percent)


def read_line(stored: Mapping[str, Any]) -> Line:
    """The kernel's line again; conditions under the names that people read."""
    trace = stored["trace"]
    return Line(
        settlement=date.fromisoformat(stored["settlement"]),
        kind=SettlementKind(stored["kind"]),
        program=stored["program"],
        partner=stored["partner"],
        currency=stored["currency"],
        base=Decimal(stored["base"]),
        earned=Decimal(stored["earned"]),
        paid_before=Decimal(stored["paid_before"]),
        due=Decimal(stored["due"]),
        trace=_read_trace(trace),
    )


def _read_trace(trace: Mapping[str, Any]) -> Trace:
    tier, metric = trace["tier"], trace["metric"]
    return Trace(
        counted=_sums(trace["counted"]),
        ignored=_sums(trace["ignored"]),
        gross_amount=Decimal(trace["gross_amount"]),
        net_of=tuple(Netted(n["program"], Decimal(n["earned"])) for n in trace["net_of"]),
        amount=Decimal(trace["amount"]),
        quantity=Decimal(trace["quantity"]),
        baseline=_maybe(trace["baseline"]),
        base=Decimal(trace["base"]),
        metric=Metric(metric["name"], Decimal(metric["numerator"]), Decimal(metric["denominator"])),
        tier=None
        if tier is None
        else TierReached(
            tier["number"], Decimal(tier["start"]), _maybe(tier["end"]), Decimal(tier["rate"])
        ),
        slices=_read_slices(trace["slices"]),
        uncapped=Decimal(trace["uncapped"]),
        cap=_maybe(trace["cap"]),
        capped=trace["capped"],
        conditions=tuple(
            Condition(condition_name(c["name"]), c["met"]) for c in trace["conditions"]
        ),
        outcome=Outcome(trace["outcome"]),
        exact=Decimal(trace["exact"]),
        exponent=trace["exponent"],
        earned=Decimal(trace["earned"]),
        paid_before=Decimal(trace["paid_before"]),
        minimum_payment=Decimal(trace["minimum_payment"]),
        payment=Payment(trace["payment"]),
    )


def _read_slices(slices: Sequence[Mapping[str, Any]]) -> tuple[Slice, ...]:
    return tuple(
        Slice(
            part["tier"],
            Decimal(part["start"]),
            _maybe(part["end"]),
            Decimal(part["size"]),
            Decimal(part["rate"]),
            Decimal(part["earned"]),
        )
        for part in slices
    )


def _sums(groups: Mapping[str, Any]) -> dict[str, FactSum]:
    return {
        name: FactSum(sums["count"], Decimal(sums["amount"]), Decimal(sums["quantity"]))
        for name, sums in groups.items()
    }


def _maybe(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
