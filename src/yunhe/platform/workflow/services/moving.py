"""What follows a decision: the next step opens, or the request is settled. Owner role, locked row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.events.registry import Event
from yunhe.platform.notifications.services import notify
from yunhe.platform.workflow.choices import ApprovalState, EntryKind
from yunhe.platform.workflow.compute import ENGINES, Decision, Progress, Seat
from yunhe.platform.workflow.events import ApprovalApproved, ApprovalRejected, ApprovalWithdrawn
from yunhe.platform.workflow.kinds import kind_of
from yunhe.platform.workflow.models import Approval, Entry
from yunhe.platform.workflow.models import Seat as SeatRow
from yunhe.platform.workflow.services.seating import SETTLED, fill_seats, tell_seated
from yunhe.platform.workflow.transitions import MOVES

DECISIONS = (EntryKind.APPROVED, EntryKind.REJECTED)
_MOVE = {"approved": "approve", "rejected": "reject"}


def write_entry(
    approval: Approval,
    kind: EntryKind,
    *,
    user_id: int | None,
    now: datetime,
    step: str = "",
    text: str = "",
    stood_for: tuple[int, ...] = (),
) -> Entry:
    """One more row of the log."""
    return Entry.objects.create(
        approval=approval,
        node_id=approval.seen_at_id,
        requester_id=approval.requested_by_id,
        kind=kind,
        step=step,
        user_id=user_id,
        stood_for=list(stood_for),
        text=text,
        at=now,
    )


def advance(approval: Approval, *, actor: Principal, now: datetime) -> None:
    """Ask the engine where the request stands now; open what opens, settle what is settled."""
    progress = progress_of(approval)
    if progress.outcome != "open":
        settle_as(approval, _MOVE[progress.outcome], actor=actor, now=now)
        return
    if list(progress.open_steps) == approval.open_steps:
        return
    approval.open_steps = list(progress.open_steps)
    approval.save(update_fields=["open_steps"])
    approval.seats.filter(waiting=True).exclude(step__in=approval.open_steps).update(waiting=False)
    people = fill_seats([approval], now=now).get(approval.pk, [])
    tell_seated(approval, people, now=now)


def progress_of(approval: Approval) -> Progress:
    """The engine's answer for the seats and decisions on record. Two queries."""
    seats = list(approval.seats.all())
    answered: dict[int | None, set[int]] = {}
    for seat in seats:
        answered.setdefault(seat.answer_id, set()).add(seat.user_id)
    decisions = [
        Decision(
            entry.step,
            entry.user_id or 0,
            "approved" if entry.kind == EntryKind.APPROVED else "rejected",
            frozenset(answered.get(entry.pk, ())),
        )
        for entry in approval.entries.filter(kind__in=DECISIONS)
    ]
    return ENGINES[approval.engine].next_steps(
        approval.chain,
        approval.facts,
        decisions,
        [Seat(seat.step, seat.user_id, seat.escalated) for seat in seats],
    )


def settle_as(approval: Approval, move: str, *, actor: Principal, now: datetime) -> None:
    """End the request: state, seats, event, message to the requester, the kind's callback."""
    approval.state = MOVES[move].target
    approval.settled_at, approval.open_steps = now, []
    approval.save(update_fields=["state", "settled_at", "open_steps"])
    SeatRow.objects.filter(approval=approval, waiting=True).update(waiting=False)
    emit(_event(approval), node_id=approval.seen_at_id, subject=approval.subject_id)
    if approval.requested_by_id not in (None, actor.user_id):
        _tell_requester(approval, now=now)
    kind = kind_of(approval.kind)
    callback = {
        ApprovalState.APPROVED: kind.on_approved,
        ApprovalState.REJECTED: kind.on_rejected,
        ApprovalState.WITHDRAWN: kind.on_withdrawn,
    }[ApprovalState(approval.state)]
    # the decision carries the right to what it decides: a finance approver need not be allowed to
    # confirm orders by hand; name and account stay those of the person
    callback(approval, actor=replace(actor, system=True, wide=True), now=now)


def reason_of(approval: Approval) -> str:
    """Why the request was refused or withdrawn."""
    last = approval.entries.filter(kind__in=(EntryKind.REJECTED, EntryKind.WITHDRAWN)).last()
    return last.text if last else ""


def _event(approval: Approval) -> Event:
    named: dict[str, Any] = {
        "approval_id": approval.pk,
        "kind": approval.kind,
        "subject_id": approval.subject_id,
    }
    if approval.state == ApprovalState.APPROVED:
        return ApprovalApproved(**named)
    if approval.state == ApprovalState.REJECTED:
        return ApprovalRejected(**named, reason=reason_of(approval))
    return ApprovalWithdrawn(**named)


def _tell_requester(approval: Approval, *, now: datetime) -> None:
    words = {
        ApprovalState.APPROVED: _("Approved: "),
        ApprovalState.REJECTED: _("Not approved: "),
        ApprovalState.WITHDRAWN: _("Taken back: "),
    }
    notify(
        [approval.requested_by_id],  # type: ignore[list-item]  # asked by the caller
        kind=SETTLED,
        title=format_lazy("{}{}", words[ApprovalState(approval.state)], lazystr(approval)),
        body=reason_of(approval),
        url=approval.get_absolute_url(),
        dedupe_key=f"workflow settled {approval.pk}",
        now=now,
    )
