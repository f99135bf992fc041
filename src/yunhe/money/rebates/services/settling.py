"""Open a settlement, let somebody else approve it, or cancel it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.money.rebates.choices import ProgramState, SettlementKind, SettlementState
from yunhe.money.rebates.compute.program import Settlement as KernelSettlement
from yunhe.money.rebates.compute.program import SettlementKind as KernelKind
from yunhe.money.rebates.errors import SameHand, SettlementRefused, SettlementUnderWay
from yunhe.money.rebates.locks import lock_programs, lock_settlement
from yunhe.money.rebates.models import (
    Program,
    Settlement,
    SettlementProgram,
    StatementLine,
)
from yunhe.money.rebates.permissions import APPROVE, SETTLE
from yunhe.money.rebates.queries.computing import (
    ComputedLine,
    compute_lines,
    in_order,
    missing_before,
)
from yunhe.money.rebates.queries.facts import highest_fact
from yunhe.money.rebates.transitions import MOVES
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotAllowed

WRITES = (
    "settlements concern all partners and are written by these use cases; the right was checked"
)
ONE_DAY = timedelta(days=1)


def open_settlement(
    programs: Sequence[Program],
    *,
    cutoff: date,
    known_by: date | None = None,
    kind: str = SettlementKind.INTERIM,
    actor: Principal,
    now: datetime,
) -> Settlement:
    """Compute what is due up to `cutoff`, as a draft that partners do not see.

    Args:
        cutoff: last business date that counts.
        known_by: last day of recording that counts: the grace days after `cutoff`. Default today.
        kind: final ones pay every remainder and need programs that are over by `cutoff`.

    Facts recorded after this call never change it. Raises NotAllowed (also for who does not hold the
    whole tree), SettlementRefused, SettlementUnderWay when a program is in an open settlement.
    """
    actor.check(SETTLE)
    if not actor.wide:
        raise NotAllowed(_("Settlements concern all partners: your data scope is only a part."))
    known = known_by or timezone.localdate(now)
    with owner_access(WRITES):
        ordered = in_order(lock_programs(program.pk for program in programs))
        _check_request(ordered, cutoff, known, kind, timezone.localdate(now))
        _check_others(ordered, cutoff)
        horizon = highest_fact()
        asked = KernelSettlement(cutoff, KernelKind(kind), known)
        lines = compute_lines(ordered, asked, horizon=horizon)
        settlement = Settlement.objects.create(
            number=_next_number(now),
            kind=kind,
            cutoff=cutoff,
            known_by=known,
            fact_horizon=horizon,
            currency=ordered[0].currency,
            opened_at=now,
            opened_by_id=actor.user_id,
            **_totals(lines),
        )
        _write_lines(settlement, ordered, lines)
        return settlement


def approve_settlement(settlement: Settlement, *, actor: Principal, now: datetime) -> Settlement:
    """Agree to a draft that somebody else opened. Raises NotAllowed, IllegalMove, SameHand."""
    actor.check(APPROVE)
    with owner_access(WRITES):
        settlement = lock_settlement(settlement.pk)
        move = MOVES.check(settlement.state, "approve")
        if actor.user_id is not None and settlement.opened_by_id == actor.user_id:
            raise SameHand(_("Somebody else has to approve what you opened."))
        settlement.state = move.target
        settlement.approved_at, settlement.approved_by_id = now, actor.user_id
        settlement.save(update_fields=["state", "approved_at", "approved_by"])
        return settlement


def cancel_settlement(settlement: Settlement, *, actor: Principal) -> Settlement:
    """Drop a settlement that is not posted; its programs can be settled anew.

    Raises NotAllowed, IllegalMove.
    """
    actor.check(SETTLE)
    with owner_access(WRITES):
        settlement = lock_settlement(settlement.pk)
        settlement.state = MOVES.check(settlement.state, "cancel").target
        settlement.save(update_fields=["state"])
        settlement.parts.update(open=False)
        return settlement


def _check_request(
    programs: Sequence[Program], cutoff: date, known_by: date, kind: str, today: date
) -> None:
    if not programs:
        raise SettlementRefused(_("Choose at least one program."), field="programs")
    if cutoff > today or known_by > today:
        raise SettlementRefused(_("Only days that have come can be settled."), field="cutoff")
    if known_by < cutoff:
        message = _("The last day of recording lies before the last business date.")
        raise SettlementRefused(message, field="known_by")
    if len({program.currency for program in programs}) > 1:
        raise SettlementRefused(_("Settle one currency at a time."), field="programs")
    states = {ProgramState.ACTIVE, ProgramState.FINISHED}
    if any(program.state not in states for program in programs):
        message = _("A replaced or withdrawn program cannot be settled.")
        raise SettlementRefused(message, field="programs")
    for code, lacking in missing_before(programs).items():
        message = _("%(program)s deducts %(others)s: settle them together.")
        names = {"program": code, "others": ", ".join(lacking)}
        raise SettlementRefused(message % names, field="programs")
    if kind == SettlementKind.FINAL and any(p.ends_on - ONE_DAY > cutoff for p in programs):
        message = _("A final settlement includes the last day of every program.")
        raise SettlementRefused(message, field="cutoff")


def _check_others(programs: Sequence[Program], cutoff: date) -> None:
    """None is being settled, and none was settled to a later day."""
    parts = SettlementProgram.objects.filter(program__code__in=[p.code for p in programs])
    if under_way := parts.filter(open=True).select_related("program", "settlement").first():
        raise SettlementUnderWay(
            _("%(program)s is in settlement %(number)s: post or cancel it first.")
            % {"program": under_way.program.label, "number": under_way.settlement.number}
        )
    posted = parts.filter(settlement__state=SettlementState.POSTED, settlement__cutoff__gt=cutoff)
    if later := posted.select_related("program", "settlement").first():
        message = _("%(program)s is settled up to %(day)s already.")
        names = {"program": later.program.label, "day": later.settlement.cutoff.isoformat()}
        raise SettlementRefused(message % names, field="cutoff")


def _write_lines(
    settlement: Settlement, programs: Sequence[Program], lines: Sequence[ComputedLine]
) -> None:
    SettlementProgram.objects.bulk_create(
        [
            SettlementProgram(settlement=settlement, program=program, position=at)
            for at, program in enumerate(programs)
        ]
    )
    StatementLine.objects.bulk_create(
        [
            StatementLine(
                settlement=settlement,
                program=each.program,
                node_id=each.node_id,
                base=each.line.base,
                earned=each.line.earned,
                paid_before=each.line.paid_before,
                due=each.line.due,
                currency=each.line.currency,
                line=each.line.as_json(),
            )
            for each in lines
        ],
        batch_size=1000,
    )


def _totals(lines: Sequence[ComputedLine]) -> dict[str, Decimal | int]:
    zero = Decimal(0)
    return {
        "partners": len({each.node_id for each in lines}),
        "earned": sum((each.line.earned for each in lines), zero),
        "paid_before": sum((each.line.paid_before for each in lines), zero),
        "due": sum((each.line.due for each in lines), zero),
    }


def _next_number(now: datetime) -> str:
    """`RS2026-0007`; the programs' locks do not serialise numbers, so the unique key is the guard."""
    prefix = f"RS{timezone.localdate(now):%Y}-"
    last = Settlement.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))[
        "last"
    ]
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"
