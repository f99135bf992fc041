"""From a part of a question to SQL, through Ibis: one statement aggregates one fact.

Facts are never joined to facts. A fact joins entities by their unique key only, so no row is
repeated. `scoped_rows` is the single place where a fact's table is opened; it applies the scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Attribute, Entity, Fact, Source
from yunhe.platform.metrics.engine.lazily import ibis
from yunhe.platform.metrics.expressions import Measure
from yunhe.platform.metrics.question import MAX_ROWS, Filter, Grain, Span
from yunhe.platform.metrics.tree import NODES

BEFORE = date(1900, 1, 1)
STAND_IN = Span(date(1801, 1, 1), date(1802, 2, 2))
STAND_IN_KEY, STAND_IN_ROOT = 9_182_736_450_000, 9_182_736_459_999


@dataclass(frozen=True)
class Visible:
    """What a principal sees in the mart: everything, or the subtrees of these nodes."""

    everything: bool
    roots: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    """Measures of one fact that one scan answers, by dimensions and time grain.

    With `balance` all rows before the period's end are read: rows before its start are reported
    under the bucket `BEFORE`.
    """

    fact: str
    measures: tuple[Measure, ...]
    span: Span
    dimensions: tuple[str, ...]
    grain: Grain | None
    where: tuple[Filter, ...]
    balance: bool


def group_sql(group: Group, visible: Visible, dialect: str) -> str:
    """SQL whose rows are: bucket (when asked or a balance), the dimensions' keys, their texts
    (text, English text, as far as declared), then one value per measure.

    Translating takes longer than running. So it is done once for each shape of a question, with
    stand-ins for the days, single whole-number filters and a single root, which are then put in.
    """
    replaced = {
        _day_sql(STAND_IN.start): _day_sql(group.span.start),
        _day_sql(STAND_IN.end): _day_sql(group.span.end),
        _day_sql(STAND_IN.last): _day_sql(group.span.last),
    }
    where = []
    for index, each in enumerate(group.where):
        if len(each.values) == 1 and isinstance(each.values[0], int):
            replaced[str(STAND_IN_KEY + index)] = str(each.values[0])
            each = replace(each, values=(STAND_IN_KEY + index,))  # noqa: PLW2901  same filter
        where.append(each)
    if len(visible.roots) == 1:
        replaced[str(STAND_IN_ROOT)] = str(visible.roots[0])
        visible = replace(visible, roots=(STAND_IN_ROOT,))
    sql = _shape_sql(replace(group, span=STAND_IN, where=tuple(where)), visible, dialect)
    for stand_in, given in replaced.items():
        sql = sql.replace(stand_in, given)
    return sql


def _day_sql(day: date) -> str:
    return f"MAKE_DATE({day.year}, {day.month}, {day.day})"


@lru_cache(maxsize=1024)
def _shape_sql(group: Group, visible: Visible, dialect: str) -> str:
    fact = registry.get_fact(group.fact)
    rows = scoped_rows(fact, group.span, visible, group.where, unbounded=group.balance)
    day = _attribute_day(rows, fact, group.span, balance=group.balance)
    rows, columns = _with_dimensions(rows, fact, group.dimensions, day)
    keys: dict[str, Any] = {}
    if group.balance:
        bucket = (
            rows[fact.date].truncate(_unit(group.grain))
            if group.grain
            else ibis.date(group.span.start)
        )
        keys["bucket"] = (rows[fact.date] < group.span.start).ifelse(ibis.date(BEFORE), bucket)
    elif group.grain:
        keys["bucket"] = rows[fact.date].truncate(_unit(group.grain))
    texts: dict[str, Any] = {}
    for index, (attribute, names) in enumerate(columns):
        keys[f"k{index}"] = rows[names[attribute.column]]
        for kind, column in (("t", attribute.text), ("e", attribute.text_en)):
            if column:
                texts[f"{kind}{index}"] = rows[names[column]].max()
    values = {f"m{i}": _aggregate(rows, measure) for i, measure in enumerate(group.measures)}
    grouped = (
        rows.group_by(**keys).aggregate(**texts, **values) if keys else rows.aggregate(**values)
    )
    return str(ibis.to_sql(grouped.limit(MAX_ROWS + 1), dialect=dialect))


@dataclass(frozen=True)
class Page:
    """The fact's own rows behind a measure: `limit` rows after skipping some, newest first."""

    measure: Measure
    span: Span
    where: tuple[Filter, ...]
    limit: int
    skip: int


@lru_cache(maxsize=256)
def rows_sql(page: Page, visible: Visible, dialect: str) -> str:
    """SQL whose rows are the fact's columns, then (text, English text) of each `pointers`."""
    fact, measure = registry.get_fact(page.measure.fact), page.measure
    rows = scoped_rows(fact, page.span, visible, page.where, unbounded=measure.balance)
    if (condition := _condition(rows, measure)) is not None:
        rows = rows.filter(condition)
    ordered = rows.order_by([ibis.desc(fact.date), ibis.desc(fact.key)])
    chosen = ordered.select(*fact.columns).limit(page.limit, offset=page.skip)
    for column, entity, attribute in pointers(fact):
        names = {f"{column}__key": entity.key, f"{column}__text": attribute.text}
        names[f"{column}__text_en"] = attribute.text_en or attribute.text
        target = table(entity).select(**names)
        chosen = chosen.left_join(target, chosen[column] == target[f"{column}__key"])
    texts = [f"{column}__{kind}" for column, _, _ in pointers(fact) for kind in ("text", "text_en")]
    again = chosen.order_by([ibis.desc(fact.date), ibis.desc(fact.key)])
    return str(ibis.to_sql(again.select(*fact.columns, *texts), dialect=dialect))


def pointers(fact: Fact) -> list[tuple[str, Entity, Attribute]]:
    """The fact's columns that point at an entity whose rows have a text: (column, entity, text)."""
    found = []
    for name, column in fact.entities.items():
        entity = registry.entities().get(name)
        if entity is None or entity.history:
            continue
        named = (a for a in entity.attributes if a.column == entity.key and a.text)
        found += [(column, entity, attribute) for attribute in named]
    return found


def scoped_rows(
    fact: Fact, span: Span, visible: Visible, where: tuple[Filter, ...], *, unbounded: bool
) -> Any:
    """The fact's rows of the period that the principal may see and the filters keep."""
    rows = table(fact)
    rows = rows.filter(rows[fact.date] < span.end)
    if not unbounded:
        rows = rows.filter(rows[fact.date] >= span.start)
    if not visible.everything:
        nodes = _visible_nodes(visible)
        rows = rows.semi_join(nodes, rows[fact.node] == nodes.id)
    for each in where:
        rows = _filtered(rows, fact, each, _attribute_day(rows, fact, span, balance=unbounded))
    return rows


def table(source: Source) -> Any:
    """The source as an unbound Ibis table; the executor gives it its files."""
    return ibis.table(dict(source.columns), name=table_name(source))


def table_name(source: Source) -> str:
    return f"{'fact' if isinstance(source, Fact) else 'entity'}_{source.name}"


def _visible_nodes(visible: Visible) -> Any:
    nodes = table(NODES)
    return nodes.filter(
        ibis.or_(
            ibis.literal(False), *(nodes.trail.contains(f".{root}.") for root in visible.roots)
        )
    )


def _attribute_day(rows: Any, fact: Fact, span: Span, *, balance: bool) -> Any:
    """Attributes with a history are of the row's day; a balance's, of the period's last day."""
    return ibis.date(span.last) if balance else rows[fact.date]


def _filtered(rows: Any, fact: Fact, each: Filter, day: Any) -> Any:
    attribute, entity = registry.dimensions_of(fact)[each.dimension]
    if entity is None:
        return rows.filter(_matches(rows[attribute.column], each))
    target = table(entity)
    chosen = target.filter(_matches(target[attribute.column], each))
    return rows.semi_join(chosen, _joined(rows[fact.entities[entity.name]], day, entity, chosen))


def _matches(column: Any, each: Filter) -> Any:
    given = [value for value in each.values if value is not None]
    inside = column.isin(given) if given else ibis.literal(False)
    if None in each.values:
        inside = inside | column.isnull()
    if not each.exclude:
        return inside
    return ~inside | column.isnull() if None not in each.values else ~inside


def _with_dimensions(
    rows: Any, fact: Fact, dimensions: tuple[str, ...], day: Any
) -> tuple[Any, list[tuple[Attribute, dict[str, str]]]]:
    """Join the entities that the dimensions need, each once, by its unique key."""
    found = registry.dimensions_of(fact)
    renamed: dict[str, dict[str, str]] = {}
    columns: list[tuple[Attribute, dict[str, str]]] = []
    for name in dimensions:
        attribute, entity = found[name]
        if entity is None:
            columns.append((attribute, {column: column for column in fact.columns}))
            continue
        if entity.name not in renamed:
            names = {column: f"{entity.name}__{column}" for column in entity.columns}
            renamed[entity.name] = names
            target = table(entity).rename({new: old for old, new in names.items()})
            pointer = rows[fact.entities[entity.name]]
            rows = rows.left_join(target, _joined(pointer, day, entity, target, names))
        columns.append((attribute, renamed[entity.name]))
    return rows, columns


def _joined(
    pointer: Any, day: Any, entity: Entity, target: Any, names: dict[str, str] | None = None
) -> list[Any]:
    """Join conditions by the entity's key; `names`: what its columns are called in `target`."""
    named = names or {column: column for column in entity.columns}
    conditions = [pointer == target[named[entity.key]]]
    if entity.history:
        since, until = (target[named[column]] for column in entity.history)
        conditions += [day >= since, until.isnull() | (day < until)]
    return conditions


def _aggregate(rows: Any, measure: Measure) -> Any:
    where = _condition(rows, measure)
    if measure.kind == "count":
        return rows.count(where=where)
    column = rows[measure.column]
    return column.nunique(where=where) if measure.kind == "distinct" else column.sum(where=where)


def _condition(rows: Any, measure: Measure) -> Any:
    parts = [rows[column].isin(list(values)) for column, values in measure.where]
    return ibis.and_(*parts) if parts else None


def _unit(grain: Grain | None) -> str:
    return {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}[grain or "day"]
