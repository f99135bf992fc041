"""Agree, refuse, comment."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.accounts.actor import person
from yunhe.platform.workflow.choices import ApprovalState, EntryKind
from yunhe.platform.workflow.errors import (
    AlreadySettled,
    DecidedTwice,
    NotYoursToDecide,
    OwnRequest,
    ReasonMissing,
)
from yunhe.platform.workflow.kinds import kind_of
from yunhe.platform.workflow.locks import lock_approval
from yunhe.platform.workflow.models import Absence, Approval, Entry, Seat
from yunhe.platform.workflow.permissions import DECIDE
from yunhe.platform.workflow.services.moving import DECISIONS, advance, write_entry

_OWNER = "requests are written by their use cases alone, whoever of the seated decides"
VERDICTS = {"approved": EntryKind.APPROVED, "rejected": EntryKind.REJECTED}


def decide_approval(
    approval: Approval,
    *,
    step: str,
    verdict: str,
    reason: str = "",
    actor: Principal,
    now: datetime,
) -> Approval:
    """Agree to (`approved`) or refuse (`rejected`) the open step that the person saw.

    Answers the person's own seat and those of everybody for whom the person stands in today. The
    same verdict on the same step twice counts once. Opens the next step or settles the request,
    which runs the kind's callback in this transaction and emits ApprovalApproved or
    ApprovalRejected. Raises ReasonMissing (a refusal says why), AlreadySettled (somebody was faster),
    NotYoursToDecide, OwnRequest, DecidedTwice.
    """
    actor.check(DECIDE)
    kind, reason = VERDICTS[verdict], reason.strip()
    if kind is EntryKind.REJECTED and not reason:
        raise ReasonMissing(_("Say why you refuse."), field="reason")
    with owner_access(_OWNER):
        kind_of(approval.kind).lock(approval.subject_id)
        approval = lock_approval(approval.pk)
        before = _decision_of(approval, step, person(actor))
        if before is not None and before.kind == kind:
            return approval
        if approval.state != ApprovalState.OPEN or step not in approval.open_steps:
            raise AlreadySettled(_("This step was decided already."))
        _check_duties(approval, step, actor)
        seats = _seats_for(approval, step, actor, now)
        if before is not None or not seats:
            raise NotYoursToDecide(_("This is not yours to decide, or no longer."))
        entry = write_entry(
            approval,
            kind,
            user_id=actor.user_id,
            step=step,
            text=reason,
            stood_for=tuple(seat.user_id for seat in seats if seat.user_id != actor.user_id),
            now=now,
        )
        Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(answer=entry, waiting=False)
        advance(approval, actor=actor, now=now)
    return approval


def comment_approval(approval: Approval, *, text: str, actor: Principal, now: datetime) -> Entry:
    """Add a remark that everybody who sees the request reads. Raises ReasonMissing."""
    if not text.strip():
        raise ReasonMissing(_("The comment is empty."), field="text")
    with owner_access("whoever sees a request may comment on it; the log is written here alone"):
        return write_entry(
            approval, EntryKind.COMMENTED, user_id=person(actor), text=text.strip()[:500], now=now
        )


def _decision_of(approval: Approval, step: str, user_id: int) -> Entry | None:
    return approval.entries.filter(kind__in=DECISIONS, step=step, user_id=user_id).first()


def _check_duties(approval: Approval, step: str, actor: Principal) -> None:
    if approval.requested_by_id == actor.user_id:
        raise OwnRequest(_("Who asks does not decide."))
    if approval.keeps_out(actor.user_id):
        raise OwnRequest(_("You have a part in what is asked: somebody else must decide."))
    if approval.distinct_people and (
        approval.entries.filter(kind__in=DECISIONS, user_id=person(actor))
        .exclude(step=step)
        .exists()
    ):
        raise DecidedTwice(_("You decided another step of this request: somebody else must."))


def _seats_for(approval: Approval, step: str, actor: Principal, now: datetime) -> list[Seat]:
    """The unanswered seats that the actor may answer: own, and of people stood in for today."""
    away = Absence.objects.filter(
        substitute_id=actor.user_id, period__contains=timezone.localdate(now)
    )
    mine = {person(actor)} | {
        absence.user_id for absence in away if not absence.kinds or approval.kind in absence.kinds
    }
    return list(approval.seats.filter(step=step, waiting=True, user_id__in=mine))
