"""Who sits in the open steps of requests: one statement for any number of requests.

Runs under the owner role: a dealer's request is decided by people whom the dealer may not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.functional import lazy, lazystr
from django.utils.text import format_lazy
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import Text, notify
from yunhe.platform.workflow.models import Approval

TO_DECIDE = declare_kind("workflow.to_decide", _("Something awaits my decision"), email=True)
SETTLED = declare_kind("workflow.settled", _("My request was decided"))

# Holders of a step's roles at the subject's node or above it, and the people named; never the
# requester or who is kept out, and with `distinct_people` nobody who decided another step.
_WANTED = """
WITH asked AS (
    SELECT a.id, a.seen_at_id, a.requested_by_id, a.kept_out, a.distinct_people, n.path,
           step, step->>'key' AS key
      FROM workflow_approval a
      JOIN access_node n ON n.id = a.node_id
     CROSS JOIN LATERAL jsonb_array_elements(a.chain->'steps') step
     WHERE a.id = ANY (%(ids)s) AND a.state = 'open'
       AND (%(every)s OR step->>'key' = ANY (a.open_steps))),
people AS (
    SELECT asked.id, asked.key, g.user_id
      FROM asked
      JOIN access_grant g ON asked.step->'roles' ? g.role::text
      JOIN access_node place ON place.id = g.node_id AND place.path @> asked.path
     UNION
    SELECT asked.id, asked.key, named::bigint
      FROM asked CROSS JOIN LATERAL jsonb_array_elements_text(asked.step->'users') named),
wanted AS (
    SELECT asked.id, asked.key, asked.seen_at_id, asked.step, people.user_id
      FROM people JOIN asked USING (id, key)
      JOIN accounts_user u ON u.id = people.user_id AND u.is_active
     WHERE people.user_id IS DISTINCT FROM asked.requested_by_id
       AND people.user_id <> ALL (asked.kept_out)
       AND NOT (asked.distinct_people AND EXISTS (
            SELECT 1 FROM workflow_entry e
             WHERE e.approval_id = asked.id AND e.user_id = people.user_id
               AND e.kind IN ('approved', 'rejected') AND e.step <> asked.key)))
"""
_SIT = """,
left_over AS (
    DELETE FROM workflow_seat s
     WHERE s.approval_id = ANY (%(ids)s) AND s.waiting AND NOT s.escalated
       AND NOT EXISTS (SELECT 1 FROM wanted w
                        WHERE (w.id, w.key, w.user_id) = (s.approval_id, s.step, s.user_id)))
INSERT INTO workflow_seat (approval_id, node_id, step, user_id, escalated, waiting,
                           remind_at, escalate_at)
SELECT id, seen_at_id, key, user_id, false, true,
       %(now)s::timestamptz + make_interval(hours => (step->>'remind_hours')::int),
       %(now)s::timestamptz + make_interval(hours => (step->>'escalate_hours')::int)
  FROM wanted ORDER BY id, key, user_id
    ON CONFLICT (approval_id, step, user_id) DO NOTHING
RETURNING approval_id, user_id
"""
_COUNT = "SELECT key, count(*) FROM wanted GROUP BY key"
_STAND_INS = """
SELECT DISTINCT a.substitute_id
  FROM workflow_absence a JOIN accounts_user u ON u.id = a.substitute_id AND u.is_active
 WHERE a.user_id = ANY (%s) AND a.period @> %s::date AND (a.kinds = '{}' OR %s = ANY (a.kinds))
"""


def fill_seats(approvals: Sequence[Approval], *, now: datetime) -> dict[int, list[int]]:
    """Seat the people of the open steps; return the new ones, by request.

    Also takes back the unanswered seats of people who no longer hold the role.
    """
    ids = [approval.pk for approval in approvals]
    seated: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WANTED + _SIT, {"ids": ids, "every": False, "now": now})
        for approval_id, user_id in cursor.fetchall():
            seated.setdefault(approval_id, []).append(user_id)
    return seated


def people_by_step(approval: Approval) -> dict[str, int]:
    """Step → how many people could decide it today, for all steps of the chain."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WANTED + _COUNT,
            {"ids": [approval.pk], "every": True},
        )
        return dict(cursor.fetchall())


def tell_seated(approval: Approval, people: Sequence[int], *, now: datetime, key: str = "") -> None:
    """A message to those who may decide, and to whoever stands in for them today."""
    if not people:
        return
    title: Text = format_lazy("{}{}", _("Please decide: "), lazystr(approval))
    notify(
        sorted({*people, *stand_ins(people, approval.kind, now=now)}),
        kind=TO_DECIDE,
        title=title,
        body=lazy(lambda: approval.why, str)(),
        url=approval.get_absolute_url(),
        dedupe_key=f"workflow {approval.pk} {','.join(approval.open_steps)}{key}"[:120],
        now=now,
    )


def stand_ins(people: Sequence[int], kind: str, *, now: datetime) -> list[int]:
    """Who stands in today for any of these people in this kind of decision."""
    with connection.cursor() as cursor:
        cursor.execute(_STAND_INS, [list(people), localdate(now), kind])
        return [row[0] for row in cursor.fetchall()]
