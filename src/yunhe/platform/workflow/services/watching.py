"""What time does to open requests: people change, reminders, escalation. Owner role, idempotent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from yunhe.platform.workflow.choices import ApprovalState, EntryKind
from yunhe.platform.workflow.locks import lock_approval
from yunhe.platform.workflow.models import Approval, Seat
from yunhe.platform.workflow.services.moving import write_entry
from yunhe.platform.workflow.services.seating import fill_seats, tell_seated

CHUNK = 500
_ESCALATE = """
INSERT INTO workflow_seat (approval_id, node_id, step, user_id, escalated, waiting)
SELECT DISTINCT a.id, a.seen_at_id, %(step)s, g.user_id, true, true
  FROM workflow_approval a
  JOIN access_node n ON n.id = a.node_id
  JOIN access_node place ON place.path @> n.path
  JOIN access_grant g ON g.node_id = place.id AND g.role = %(role)s
  JOIN accounts_user u ON u.id = g.user_id AND u.is_active
 WHERE a.id = %(approval)s AND g.user_id IS DISTINCT FROM a.requested_by_id
   AND g.user_id <> ALL (a.kept_out)
    ON CONFLICT (approval_id, step, user_id) DO UPDATE SET escalated = true
 WHERE workflow_seat.waiting
RETURNING user_id
"""


def watch_approvals(*, now: datetime) -> dict[str, int]:
    """Bring seats up to date, remind, escalate; return how many of each. One transaction a chunk."""
    counts = {"seated": 0, "reminded": 0, "escalated": 0}
    open_ids = list(
        Approval.objects.filter(state=ApprovalState.OPEN)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(open_ids), CHUNK):
        with transaction.atomic():
            counts["seated"] += _reseat(open_ids[start : start + CHUNK], now)
    with transaction.atomic():
        counts["reminded"] = _remind(now)
    for approval_id in _due("escalate_at", now):
        with transaction.atomic():
            counts["escalated"] += _escalate(approval_id, now)
    return counts


def _reseat(ids: list[int], now: datetime) -> int:
    approvals = list(
        Approval.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk__in=ids, state=ApprovalState.OPEN)
        .order_by("pk")
    )
    seated = fill_seats(approvals, now=now)
    for approval in approvals:
        tell_seated(approval, seated.get(approval.pk, []), now=now)
    return sum(map(len, seated.values()))


def _due(column: str, now: datetime) -> Iterable[int]:
    due = Seat.objects.filter(waiting=True, **{f"{column}__lte": now}).order_by("approval_id")
    return list(due.values_list("approval_id", flat=True).distinct())


def _remind(now: datetime) -> int:
    """Once per seat: clear the moment, tell the people."""
    reminded = 0
    for approval_id in _due("remind_at", now):
        approval = lock_approval(approval_id)
        seats = list(approval.seats.filter(waiting=True, remind_at__lte=now))
        approval.seats.filter(pk__in=[seat.pk for seat in seats]).update(remind_at=None)
        tell_seated(approval, [seat.user_id for seat in seats], now=now, key=" reminder")
        for step in sorted({seat.step for seat in seats}):
            write_entry(approval, EntryKind.REMINDED, user_id=None, step=step, now=now)
        reminded += len(seats)
    return reminded


def _escalate(approval_id: int, now: datetime) -> int:
    """Seat the holders of the step's higher role; one of them alone settles the step."""
    approval = lock_approval(approval_id)
    due = approval.seats.filter(waiting=True, escalate_at__lte=now)
    steps = sorted(set(due.values_list("step", flat=True)))
    due.update(escalate_at=None)
    roles = {str(row["key"]): row["escalate_role"] for row in approval.steps}
    done = 0
    for step in steps:
        asked = {"step": step, "role": roles[step], "approval": approval.pk}
        with connection.cursor() as cursor:
            cursor.execute(_ESCALATE, asked)
            people = [row[0] for row in cursor.fetchall()]
        if people:
            write_entry(approval, EntryKind.ESCALATED, user_id=None, step=step, now=now)
            tell_seated(approval, people, now=now, key=" escalated")
            done += 1
    return done
