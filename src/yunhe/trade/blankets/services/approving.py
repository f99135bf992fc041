"""Frames above a worth wait for approval: the chains are platform/workflow's."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.queries import level_of
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.workflow.choices import ApprovalState
from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.platform.workflow.models import Approval as Request
from yunhe.platform.workflow.services import start_approval, withdraw_approval
from yunhe.trade.blankets.choices import FrameStatus
from yunhe.trade.blankets.locks import lock_frame
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.services.offering import offer_frame
from yunhe.trade.blankets.services.steps import record_step


def ask_approval(frame: Frame, *, actor: Principal, now: datetime) -> bool:
    """Start the chain that applies to a frame of this worth; whether there is one."""
    request = start_approval(
        subject_kind=KIND,
        subject_id=frame.pk,
        title=format_lazy(_("Blanket order {number}"), number=frame.number),
        url=frame.get_absolute_url(),
        node_id=frame.node_id,
        amount=frame.worth,
        currency=frame.currency,
        level=level_of(frame.node_id),
        requested_by=actor,
        now=now,
    )
    return request is not None


def drop_approval(frame: Frame, *, now: datetime) -> None:
    """Take back a request that still waits."""
    waiting = Request.objects.filter(
        kind=KIND, subject_id=str(frame.pk), state=ApprovalState.OPEN
    ).order_by("pk")
    for request in waiting:
        withdraw_approval(request, actor=system_principal("blankets"), now=now)


def _approved(request: Request, *, actor: Principal, now: datetime) -> None:
    offer_frame(lock_frame(int(request.subject_id)), actor=actor, now=now)


def _rejected(request: Request, *, actor: Principal, now: datetime) -> None:
    frame = lock_frame(int(request.subject_id))
    if frame.status == FrameStatus.PENDING:
        record_step(frame, "reject", FrameStatus.DRAFT, actor=actor, now=now)


def _withdrawn(request: Request, *, actor: Principal, now: datetime) -> None:
    """Who asked takes the request back; a frame that is cancelled does so by itself."""
    frame = lock_frame(int(request.subject_id))
    if actor.user_id is not None and frame.status == FrameStatus.PENDING:
        record_step(frame, "revise", FrameStatus.DRAFT, actor=actor, now=now)


KIND = register_kind(
    ApprovalKind(
        "blankets.frame",
        _("Blanket order"),
        on_approved=_approved,
        on_rejected=_rejected,
        on_withdrawn=_withdrawn,
        internal=True,
    )
)
