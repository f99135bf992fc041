"""Keep what partners have earned so far up to date with the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from yunhe.money.rebates.choices import ProgramState
from yunhe.money.rebates.compute.program import Settlement, SettlementKind
from yunhe.money.rebates.compute.trace import Line
from yunhe.money.rebates.locks import lock_accruals
from yunhe.money.rebates.models import Accrual, AccrualEntry, Program
from yunhe.money.rebates.queries.computing import ComputedLine, compute_lines, in_order
from yunhe.platform.access.session import owner_access
from yunhe.platform.values.rounding import round_to_exponent

VALUE_PLACES = 8
CHANGING = [
    "as_of", "base", "earned", "paid", "tier", "metric", "next_start", "to_next", "line", "computed_at",
]  # fmt: skip


def compute_accruals(
    programs: Iterable[Program] | None = None, *, now: datetime, on: date | None = None
) -> int:
    """Compute what every partner has earned up to `on` (today), from everything recorded so far.

    `programs`: those to compute; default every active one. Set-based: a few statements for each
    program whatever the number of partners and facts. Idempotent: only changes are written, each
    also as an AccrualEntry on `on`. Returns how many accruals changed. Raises KernelRefused.
    """
    today = on or timezone.localdate(now)
    with owner_access(
        "accruals follow from facts of all partners and are written by this use case"
    ):
        lock_accruals()
        active = Program.objects.filter(state=ProgramState.ACTIVE).select_related("version")
        everything = in_order(active)
        wanted = None if programs is None else {program.pk for program in programs}
        settlement = Settlement(today, SettlementKind.INTERIM, max(today, timezone.localdate(now)))
        lines = compute_lines(_with_earlier(everything, wanted), settlement)
        changed = _write(
            [each for each in lines if wanted is None or each.program.pk in wanted], now
        )
        Program.objects.filter(pk__in={each.program.pk for each in lines}).update(computed_at=now)
        return changed


def _with_earlier(programs: Sequence[Program], wanted: set[int] | None) -> list[Program]:
    """The wanted programs and those they are net of."""
    if wanted is None:
        return list(programs)
    codes = {program.code for program in programs if program.pk in wanted}
    for program in reversed(programs):
        if program.code in codes:
            codes.update(program.definition["net_of"])
    return [program for program in programs if program.code in codes]


def _write(lines: Sequence[ComputedLine], now: datetime) -> int:
    known = {
        (accrual.program_id, accrual.node_id): accrual
        for accrual in Accrual.objects.filter(program_id__in={each.program.pk for each in lines})
    }
    changed, entries = [], []
    for each in lines:
        key = (each.program.pk, each.node_id)
        accrual = accrual_of(each, now)
        before = known.get(key)
        if before and before.line == accrual.line and before.as_of == accrual.as_of:
            continue
        changed.append(accrual)
        difference = accrual.earned - (before.earned if before else Decimal(0))
        if difference:
            entries.append(_entry(accrual, difference, each.line.currency, now))
    Accrual.objects.bulk_create(
        changed,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["program", "node"],
        update_fields=CHANGING,
    )
    AccrualEntry.objects.bulk_create(entries, batch_size=5000)
    return len(changed)


def accrual_of(computed: ComputedLine, now: datetime) -> Accrual:
    """The stored form of a line, with the distance to the next tier."""
    line = computed.line
    metric, start, gap = next_tier(line, computed.program)
    return Accrual(
        program=computed.program,
        node_id=computed.node_id,
        as_of=line.settlement,
        base=round_to_exponent(line.base, VALUE_PLACES),
        earned=line.earned,
        paid=line.paid_before,
        tier=line.trace.tier.number if line.trace.tier else None,
        metric=metric,
        next_start=start,
        to_next=gap,
        line=line.as_json(),
        computed_at=now,
    )


def next_tier(
    line: Line, program: Program
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """(what chose the tier, where the next tier begins, what lacks to it); None where there is none."""
    metric = line.trace.metric
    reached = None
    if metric.defined:
        reached = round_to_exponent(
            Fraction(metric.numerator) / Fraction(metric.denominator), VALUE_PLACES
        )
    starts = [Decimal(tier["from"]) for tier in program.definition["tiers"]]
    value = reached if reached is not None else Decimal(0)
    higher = [start for start in starts if start > value]
    if not higher:
        return reached, None, None
    return reached, higher[0], higher[0] - value


def _entry(accrual: Accrual, amount: Decimal, currency: str, now: datetime) -> AccrualEntry:
    return AccrualEntry(
        program_id=accrual.program_id,
        node_id=accrual.node_id,
        on=accrual.as_of,
        amount=amount,
        currency=currency,
        recorded_at=now,
    )
