"""The single entry: a question and who asks, to numbers.

Everything that shows, alerts on, pays on or exports a number comes through `query` (or, for the
rows behind a number, `fact_rows`); both take the principal and apply its scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.metrics import permissions, registry
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.engine.calendar import days_in
from yunhe.platform.metrics.engine.executors import Opened, current_mart
from yunhe.platform.metrics.engine.gather import Gathered, RowKey, gather, spans_of
from yunhe.platform.metrics.engine.result import Numbers, Result, Row, text_of
from yunhe.platform.metrics.engine.statements import Page, Visible, pointers, rows_sql
from yunhe.platform.metrics.expressions import Leaf, Measure, Shift, compute_value
from yunhe.platform.metrics.question import Filter, Question, Span, check_question
from yunhe.platform.metrics.targets import targets_for

TEXTS = ("text", "text_en")
_ROOT = Leaf(Measure("", "count"))


def query(question: Question, *, principal: Principal) -> Result:
    """Answer a question within the principal's scope.

    Raises UnknownName (with near matches), QuestionError, NotAllowed, MartEmpty.
    """
    metrics = check_question(question)
    visible = visible_to(principal, metrics)
    opened = current_mart().opened()
    shifts: list[tuple[Shift, ...]] = [(), (question.compare,)] if question.compare else [()]
    needed = [
        replace(leaf, shifts=(*before, *leaf.shifts))
        for before in shifts
        for metric in metrics
        for leaf in metric.leaves
    ]
    gathered = gather(question, needed, opened, visible)
    rows = [_row(question, metrics, gathered, key) for key in _keys(question, gathered)]
    total = _total(question, metrics, gathered)
    if question.targets:
        rows, total = targets_for(question, rows, total, principal=principal)
    ends = {metric.name: _end_of(metric, opened) for metric in metrics}
    return Result(
        question=question,
        metrics=metrics,
        dimensions=tuple(registry.get_dimension(name) for name in question.dimensions),
        rows=_ordered(question, rows),
        total=total,
        as_of=opened.manifest.checked_at,
        through=min((day for day in ends.values() if day), default=None),
        ends=ends,
        version=opened.manifest.version,
        compared_with=_compared_with(question),
    )


def fact_rows(
    measure: Measure,
    *,
    period: Span,
    where: tuple[Filter, ...] = (),
    metric: Metric,
    principal: Principal,
    limit: int = 100,
    skip: int = 0,
) -> list[dict[str, Any]]:
    """The fact's rows behind one measure of a metric, newest first, within the scope.

    A row has the fact's columns, and for a column that points at an entity its texts
    (`node_id__text`, `node_id__text_en`).
    """
    visible = visible_to(principal, (metric,))
    opened = current_mart().opened()
    fact = registry.get_fact(measure.fact)
    fitting = tuple(each for each in where if each.dimension in registry.dimensions_of(fact))
    page = Page(measure, period, fitting, limit, skip)
    sql = rows_sql(page, visible, opened.dialect)
    names = [
        *fact.columns,
        *(f"{column}__{kind}" for column, _e, _a in pointers(fact) for kind in TEXTS),
    ]
    return [dict(zip(names, row, strict=True)) for row in opened.run(sql)]


def visible_to(principal: Principal, metrics: Iterable[Metric]) -> Visible:
    """The part of the tree on which the principal may ask for all these metrics.

    Raises NotAllowed when that is nowhere.
    """
    needed = {permissions.VIEW, *(m.permission for m in metrics if m.permission)}
    if principal.system:
        return Visible(everything=True)
    for permission in sorted(needed):
        principal.check(permission)
    held = [grant for grant in principal.held if needed <= permissions_of(grant.role)]
    if not held:
        raise NotAllowed()
    if any("." not in grant.path for grant in held):
        return Visible(everything=True)
    return Visible(everything=False, roots=tuple(sorted({grant.node_id for grant in held})))


def _keys(question: Question, gathered: Gathered) -> Iterable[RowKey]:
    if not question.dimensions and not question.grain:
        return [(None,)]
    return gathered.keys()


def _row(question: Question, metrics: tuple[Metric, ...], gathered: Gathered, key: RowKey) -> Row:
    at = {leaf: found.at(key) for leaf, found in gathered.leaves.items()}
    days = days_in(key[0], question.period, question.grain)
    keys = dict(zip(question.dimensions, key[1:], strict=True))
    texts = {
        name: text_of(registry.get_dimension(name), each, gathered.texts[name].get(each))
        for name, each in keys.items()
    }
    now, then = _numbers(question, metrics, at, days)
    return Row(key[0], keys, texts, now, then)


def _total(question: Question, metrics: tuple[Metric, ...], gathered: Gathered) -> Row:
    whole = {leaf: found.total for leaf, found in gathered.leaves.items()}
    now, then = _numbers(question, metrics, whole, question.period.days)
    return Row(None, {}, {}, now, then)


def _numbers(
    question: Question, metrics: tuple[Metric, ...], at: dict[Leaf, Decimal], days: int
) -> tuple[Numbers, Numbers]:
    now = {m.name: _unsigned_zero(compute_value(m.formula, at, days)) for m in metrics}
    if not question.compare:
        return now, {}
    before = replace(_ROOT, shifts=(question.compare,))
    then = {m.name: _unsigned_zero(compute_value(m.formula, at, days, before)) for m in metrics}
    return now, then


def _unsigned_zero(value: Decimal | None) -> Decimal | None:
    return value or (None if value is None else Decimal(0))


def _ordered(question: Question, rows: list[Row]) -> list[Row]:
    down, name = question.order.startswith("-"), question.order.lstrip("-")
    if not name:
        down, name = (
            (True, question.metrics[0])
            if question.dimensions and not question.grain
            else (False, "period")
        )
    rows = sorted(rows, key=lambda row: (str(row.period or ""), *map(str, row.texts.values())))
    if name in question.metrics:
        rows.sort(key=lambda row: _number_order(row.values[name], down=down), reverse=down)
    elif name in question.dimensions:
        rows.sort(key=lambda row: row.texts[name], reverse=down)
    elif down:
        rows.sort(key=lambda row: str(row.period or ""), reverse=True)
    return rows[: question.limit] if question.limit is not None else rows


def _number_order(value: Decimal | None, *, down: bool) -> tuple[bool, Decimal]:
    """Numbers in order, "no number" always last."""
    return ((value is None) != down, value if value is not None else Decimal(0))


def _end_of(metric: Metric, opened: Opened) -> date | None:
    flows = {leaf.measure.fact for leaf in metric.leaves if not leaf.measure.balance}
    known = (opened.manifest.tables.get(fact) for fact in flows)
    return min((table.through for table in known if table and table.through), default=None)


def _compared_with(question: Question) -> Span | None:
    if not question.compare:
        return None
    return spans_of(question, replace(_ROOT, shifts=(question.compare,)))[0]
