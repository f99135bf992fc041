"""The end of a frame: closed short, over, cancelled; and the warnings before."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.events.outbox import emit
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import Text, notify
from yunhe.trade.blankets.choices import FRAME, FrameStatus
from yunhe.trade.blankets.events import FrameEnded, FrameExpiring
from yunhe.trade.blankets.locks import lock_frame
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.queries import lines_of, list_frames, plan_of, progress_of
from yunhe.trade.blankets.services.approving import drop_approval
from yunhe.trade.blankets.services.steps import facts_of, readers_of, record_step
from yunhe.trade.blankets.transitions import MOVES

EXPIRING = declare_kind("blankets.expiring", gettext_lazy("A blanket order runs out"), email=True)
PLANNED = declare_kind("blankets.planned", gettext_lazy("A planned call-off is due"))
DAYS_BEFORE = (30, 7, 1)
PLAN_AHEAD = 3


def close_frame(frame: Frame, *, reason: str, actor: Principal, now: datetime) -> Frame:
    """End a frame before its time. Orders that draw on it keep what they hold; nothing more can be
    taken. Emits FrameEnded. Raises NotAllowed, IllegalMove."""
    frame = lock_frame(frame.pk)
    move = MOVES.check(frame.status, "close", number=frame.number)
    actor.check(move.permission)
    return _end(frame, "close", reason=reason, actor=actor, now=now)


def end_due(*, actor: Principal, now: datetime) -> int:
    """End every frame whose time is over; how many. Running it again finds none."""
    today = timezone.localdate(now)
    due = Frame.objects.filter(status=FrameStatus.ACTIVE, period__endswith__lte=today)
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    for frame_id in ids:
        _end(lock_frame(frame_id), "end", reason="", actor=actor, now=now)
    return len(ids)


def cancel_frame(frame: Frame, *, reason: str, actor: Principal, now: datetime) -> Frame:
    """Give a frame up before it is signed. Raises NotAllowed, IllegalMove."""
    frame = lock_frame(frame.pk)
    move = MOVES.check(frame.status, "cancel", number=frame.number)
    actor.check(move.permission)
    drop_approval(frame, now=now)
    return record_step(frame, "cancel", move.target, actor=actor, now=now, note=reason)


def warn_due(*, now: datetime) -> int:
    """Tell both sides 30, 7 and 1 days before a frame with something left ends, and the partner some
    days before a planned call-off. How many messages were for somebody new.

    Emits FrameExpiring. Running it again the same day tells nobody twice.
    """
    today = timezone.localdate(now)
    told = 0
    ends = [today + timedelta(days=days) for days in DAYS_BEFORE]
    soon = today + timedelta(days=PLAN_AHEAD)
    due = list_frames().filter(
        Q(period__endswith__in=ends) | Q(plan__on=soon), status=FrameStatus.ACTIVE
    )
    for frame in due.distinct():
        lines = lines_of(frame)
        done = progress_of(lines)
        if frame.period.upper in ends and any(done[line.pk].left > 0 for line in lines):
            told += _warn(frame, now=now)
        if any(each.on == soon and each.open for _line, each in plan_of(lines, done)):
            told += _remind(frame, now=now)
    return told


def _end(frame: Frame, action: str, *, reason: str, actor: Principal, now: datetime) -> Frame:
    lines = lines_of(frame)
    done = progress_of(lines)
    keys = {line.key: Decimal(0) for line in lines}
    capacity.set_limits(FRAME, keys, node_id=frame.node_id, floor=True)
    move = MOVES.check(frame.status, action, number=frame.number)
    record_step(frame, action, move.target, actor=actor, now=now, note=reason)
    event = FrameEnded(
        **facts_of(frame),
        short=action == "close",
        left=tuple(done[line.pk].left for line in lines),
    )
    emit(event, node_id=frame.node_id, subject=frame.number)
    return frame


def _warn(frame: Frame, *, now: datetime) -> int:
    days = (frame.period.upper - timezone.localdate(now)).days
    title = format_lazy(
        gettext_lazy("Blanket order {number} ends in {days} days"), number=frame.number, days=days
    )
    told = _tell(frame, EXPIRING, title, f"frame:{frame.pk}:ends:{days}", now=now)
    if told:
        event = FrameExpiring(**facts_of(frame), days=days)
        emit(event, node_id=frame.node_id, subject=frame.number)
    return told


def _remind(frame: Frame, *, now: datetime) -> int:
    soon = timezone.localdate(now) + timedelta(days=PLAN_AHEAD)
    title = format_lazy(
        gettext_lazy("{number}: a call-off is planned for {day}"), number=frame.number, day=soon
    )
    return _tell(frame, PLANNED, title, f"frame:{frame.pk}:plan:{soon}", now=now)


def _tell(frame: Frame, kind: str, title: Text, key: str, *, now: datetime) -> int:
    """The partner on its phone, and who drew the frame up."""
    told = notify(
        readers_of(frame),
        kind=kind,
        title=title,
        body=frame.title,
        url=reverse("blankets_portal:detail", args=[frame.pk]),
        dedupe_key=key,
        now=now,
    )
    if frame.created_by_id is None:
        return told
    return told + notify(
        [frame.created_by_id],
        kind=kind,
        title=title,
        body=frame.title,
        url=frame.get_absolute_url(),
        dedupe_key=key,
        now=now,
    )
