"""Targets: what a metric shall reach at a node in a month, and how far it is.

A period that begins with a month counts every month it touches in full (achievement to date against
the month's target; the page shows the share of days gone beside it). Any other period, such as the
last 30 days, counts of each month's target the share of the days that lie in it. For an asked node it is the
target set on the node itself or, failing that, the sum of the topmost targets below it: a region's
own target and its dealers' targets are never added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.platform.metrics import permissions, registry
from yunhe.platform.metrics.engine.calendar import buckets, floor, step
from yunhe.platform.metrics.engine.result import Row
from yunhe.platform.metrics.errors import TargetsRefused
from yunhe.platform.metrics.models import Target
from yunhe.platform.metrics.question import Question, Span

TOPMOST = """
SELECT asked.id, t.month, sum(t.value)
  FROM unnest(%(nodes)s::bigint[]) AS asked(id)
  JOIN access_node top ON top.id = asked.id
  JOIN access_node n ON n.path <@ top.path
  JOIN metrics_target t ON t.node_id = n.id AND t.metric = %(metric)s AND t.month = ANY (%(months)s)
 WHERE NOT EXISTS (
       SELECT 1 FROM metrics_target above JOIN access_node a ON a.id = above.node_id
        WHERE above.metric = t.metric AND above.month = t.month
          AND a.path @> n.path AND a.id <> n.id AND a.path <@ top.path)
 GROUP BY asked.id, t.month
"""


LIMIT = Decimal(10) ** 16
FINEST = Decimal("0.0001")
Shares = Mapping[date, Decimal]


@dataclass(frozen=True)
class NewTarget:
    metric: str
    node_id: int
    month: date
    value: Decimal


def list_targets() -> QuerySet[Target]:
    """Targets in scope with their places, the newest month first."""
    return Target.objects.select_related("node").order_by("-month", "metric", "node__code")


def set_targets(targets: Iterable[NewTarget], *, actor: Principal) -> int:
    """Create or replace targets, all or none, in two statements; returns how many.

    Raises NotAllowed, or TargetsRefused with the rows at fault.
    """
    actor.check(permissions.TARGETS)
    transaction.get_connection().validate_no_broken_transaction()
    given = list(targets)
    paths = dict(
        Node.objects.filter(pk__in={target.node_id for target in given}).values_list("pk", "path")
    )
    wrong = [
        {"row": row, "field": field, "message": message}
        for row, target in enumerate(given, start=1)
        for field, message in _faults(target, paths, actor)
    ]
    if wrong:
        raise TargetsRefused(_("Some targets cannot be set; none was."), rows=wrong)
    latest = {(t.metric, t.node_id, t.month): t.value for t in given}
    Target.objects.bulk_create(
        [
            Target(metric=metric, node_id=node_id, month=month, value=value)
            for (metric, node_id, month), value in latest.items()
        ],
        update_conflicts=True,
        unique_fields=["metric", "node", "month"],
        update_fields=["value"],
    )
    return len(latest)


def remove_targets(ids: Collection[int], *, actor: Principal) -> int:
    """Take targets away, all or none; the audit keeps what they were. Returns how many.

    Raises NotAllowed for a place where the actor sets none, NotFound when one is not there to be seen.
    """
    actor.check(permissions.TARGETS)
    rows = Target.objects.filter(pk__in=ids)
    found = list(rows.values_list("node__path", flat=True))
    if len(found) < len(set(ids)):
        raise NotFound()
    for path in set(found):
        actor.check(permissions.TARGETS, path=path)
    return rows.delete()[0]


def _faults(
    target: NewTarget, paths: Mapping[int, str], actor: Principal
) -> Iterator[tuple[str, str]]:
    if target.metric not in registry.metrics():
        yield "metric", _("There is no metric “%(name)s”.") % {"name": target.metric}
    path = paths.get(target.node_id)
    if path is None or not actor.can(permissions.TARGETS, path=path):
        yield "node_id", _("There is no such place in your data scope.")
    if target.month.day != 1:
        yield "month", _("A target's month is given by its first day.")
    if not 0 <= target.value < LIMIT or target.value != round(target.value, 4):
        yield "value", _("A target is a number from zero, with at most four decimal places.")


def targets_for(
    question: Question, rows: list[Row], total: Row, *, principal: Principal
) -> tuple[list[Row], Row]:
    """The rows with their targets, where they are split by at most one dimension, of nodes.

    One statement a metric, under the reader's row-level security.
    """
    months = _shares(question.period)
    dimension = question.dimensions[0] if len(question.dimensions) == 1 else None
    by_node = bool(dimension and registry.get_dimension(dimension).is_node)
    asked = (
        {int(key) for row in rows if (key := row.keys[dimension])}
        if by_node and dimension
        else set()
    )
    roots = _roots(question, principal)
    found = {
        name: _monthly(name, sorted({*asked, *roots}), list(months)) for name in question.metrics
    }
    if question.dimensions and not by_node:
        return rows, replace(total, targets=_sums(found, roots, months))
    done = []
    for row in rows:
        nodes = [int(row.keys[dimension] or 0)] if dimension else roots
        done.append(replace(row, targets=_sums(found, nodes, _months_of(row, question, months))))
    return done, replace(total, targets=_sums(found, roots, months))


def _roots(question: Question, principal: Principal) -> list[int]:
    """The nodes that the whole answer is about: the filtered ones, or the principal's own."""
    for each in question.where:
        if registry.get_dimension(each.dimension).is_node and not each.exclude:
            return [int(value) for value in each.values if value is not None]
    if principal.system or principal.wide:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM access_node WHERE parent_id IS NULL")
            return [row[0] for row in cursor.fetchall()]
    paths = {grant.path for grant in principal.held}
    tops = (g for g in principal.held if not any(g.path.startswith(f"{path}.") for path in paths))
    return list(dict.fromkeys(grant.node_id for grant in tops))


def _shares(period: Span) -> Shares:
    """Every month that the period touches, with the share of its target that counts."""
    months = buckets(Span(floor(period.start, "month"), period.end), "month")
    if period.start.day == 1:
        return dict.fromkeys(months, Decimal(1))
    ends = {month: step(month, "month") for month in months}
    inside = {month: min(end, period.end) - max(month, period.start) for month, end in ends.items()}
    return {month: Decimal(inside[month].days) / (ends[month] - month).days for month in months}


def _months_of(row: Row, question: Question, months: Shares) -> Shares:
    if row.period is None or question.grain is None:
        return months
    if question.grain in ("day", "week"):
        return {}
    end = step(row.period, question.grain)
    return {month: share for month, share in months.items() if row.period <= month < end}


def _monthly(metric: str, nodes: list[int], months: list[date]) -> dict[tuple[int, date], Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(TOPMOST, {"nodes": nodes, "metric": metric, "months": months})
        return {(node, month): value for node, month, value in cursor.fetchall()}


def _sums(
    found: Mapping[str, Mapping[tuple[int, date], Decimal]], nodes: list[int], months: Shares
) -> dict[str, Decimal | None]:
    sums: dict[str, Decimal | None] = {}
    for metric, monthly in found.items():
        parts = [
            monthly[node, month] * share
            for node in nodes
            for month, share in months.items()
            if (node, month) in monthly
        ]
        sums[metric] = sum(parts, Decimal(0)).quantize(FINEST) if parts else None
    return sums
