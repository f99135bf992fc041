"""Run the aggregations a question needs and lay their values out by row key.

A row key is (bucket or None, key of the first dimension, …). Every fact is aggregated alone to the
asked dimensions; keys then meet in dictionaries, which is a full outer join that cannot fan out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.engine.calendar import Offset, buckets, offset
from yunhe.platform.metrics.engine.executors import Opened
from yunhe.platform.metrics.engine.statements import BEFORE, Group, Visible, group_sql
from yunhe.platform.metrics.errors import QuestionError
from yunhe.platform.metrics.expressions import Leaf, Measure
from yunhe.platform.metrics.question import MAX_ROWS, Key, Question, Span

RowKey = tuple[Any, ...]
Values = dict[RowKey, Decimal]
Texts = dict[str, dict[Key, tuple[str | None, str | None]]]


@dataclass
class LeafValues:
    """A leaf's values by row key, and over everything; `positions` says which parts of a full row
    key it is split by (all, or fewer when it is kept whole)."""

    positions: tuple[int, ...]
    values: Values = field(default_factory=dict)
    total: Decimal = Decimal(0)

    def at(self, key: RowKey) -> Decimal:
        return self.values.get(tuple(key[position] for position in self.positions), Decimal(0))


@dataclass
class Gathered:
    """All leaves of a question, and the texts of the dimension keys that occurred."""

    leaves: dict[Leaf, LeafValues] = field(default_factory=dict)
    texts: Texts = field(default_factory=lambda: defaultdict(dict))

    def keys(self) -> set[RowKey]:
        """Every full row key at which any split leaf has something."""
        split = (found for leaf, found in self.leaves.items() if not leaf.unsplit)
        return {key for found in split for key, value in found.values.items() if value}


def gather(
    question: Question, needed: Iterable[Leaf], opened: Opened, visible: Visible
) -> Gathered:
    """Aggregate every needed leaf: one statement per fact, period and kind."""
    gathered = Gathered()
    plans: dict[Group, list[Leaf]] = defaultdict(list)
    for leaf in dict.fromkeys(needed):
        group = _group(question, leaf)
        plans[group].append(leaf)
    for group, planned in plans.items():
        whole = replace(group, measures=tuple(dict.fromkeys(leaf.measure for leaf in planned)))
        rows = _run(whole, opened, visible, gathered.texts)
        totals = _distinct_totals(whole, opened, visible)
        for leaf in planned:
            index = whole.measures.index(leaf.measure)
            raw = {key: numbers[index] for key, numbers in rows.items()}
            gathered.leaves[leaf] = _lay_out(question, leaf, whole, raw, totals.get(leaf.measure))
    return gathered


def spans_of(question: Question, leaf: Leaf) -> tuple[Span, list[Offset]]:
    """The span that a leaf looks at, and the offsets that lead there."""
    span, path = question.period, []
    for shift in leaf.shifts:
        step_back = offset(span, shift, question.grain)
        path.append(step_back)
        span = step_back.back(span)
    return span, path


def _group(question: Question, leaf: Leaf) -> Group:
    fact = registry.get_fact(leaf.measure.fact)
    fitting = registry.dimensions_of(fact)
    return Group(
        fact=fact.name,
        measures=(),
        span=spans_of(question, leaf)[0],
        dimensions=tuple(d for d in question.dimensions if not leaf.unsplit or d in fitting),
        grain=question.grain,
        where=tuple(f for f in question.where if not leaf.unsplit or f.dimension in fitting),
        balance=leaf.measure.balance,
    )


def _run(
    group: Group, opened: Opened, visible: Visible, texts: Texts
) -> dict[RowKey, list[Decimal]]:
    """(bucket or None, key …) → numbers, straight from the engine."""
    rows = opened.run(group_sql(group, visible, opened.dialect))
    if len(rows) > MAX_ROWS:
        raise QuestionError(
            _("The answer has more than %(rows)s rows: narrow the period or the dimensions.")
            % {"rows": MAX_ROWS}
        )
    found: dict[RowKey, list[Decimal]] = {}
    has_bucket = group.balance or group.grain is not None
    fact_dimensions = registry.dimensions_of(registry.get_fact(group.fact))
    attributes = [fact_dimensions[name][0] for name in group.dimensions]
    width = len(group.dimensions)
    for row in rows:
        bucket = _day(row[0]) if has_bucket else None
        rest = list(row[1:] if has_bucket else row)
        keys = rest[:width]
        rest = rest[width:]
        for attribute, key in zip(attributes, keys, strict=True):
            given = (attribute.text != "") + (attribute.text_en != "")
            if given:
                texts[attribute.name][key] = (rest[0], rest[given - 1])
            rest = rest[given:]
        found[(bucket, *keys)] = [Decimal(0) if n is None else Decimal(n) for n in rest]
    return found


def _distinct_totals(group: Group, opened: Opened, visible: Visible) -> dict[Measure, Decimal]:
    """Distinct counts over everything: parts cannot be summed, so they are counted again."""
    counted = tuple(measure for measure in group.measures if not measure.additive)
    if not counted or not (group.dimensions or group.grain):
        return {}
    whole = replace(group, measures=counted, dimensions=(), grain=None)
    numbers = next(iter(_run(whole, opened, visible, {}).values()), [Decimal(0)] * len(counted))
    return dict(zip(counted, numbers, strict=True))


def _lay_out(
    question: Question, leaf: Leaf, group: Group, raw: Values, distinct_total: Decimal | None
) -> LeafValues:
    """From the engine's rows of a leaf's own span to the row keys of the question."""
    span, path = spans_of(question, leaf)
    if group.balance:
        raw, total = _balances(leaf.measure, group, span, raw)
    else:
        total = sum(raw.values(), Decimal(0)) if distinct_total is None else distinct_total
    places = [0, *(1 + question.dimensions.index(name) for name in group.dimensions)]
    found = LeafValues(tuple(places), total=total)
    for key, value in raw.items():
        bucket = _forward(key[0], path)
        if key[0] is None or bucket is not None:
            found.values[(bucket, *key[1:])] = value
    return found


def _balances(
    measure: Measure, group: Group, span: Span, raw: Mapping[RowKey, Decimal]
) -> tuple[Values, Decimal]:
    """Running sums of the changes: the balance at the end (or start) of each bucket."""
    changes: dict[RowKey, dict[date, Decimal]] = defaultdict(dict)
    for key, value in raw.items():
        changes[key[1:]][key[0]] = value
    marks = buckets(span, group.grain) if group.grain else [span.start]
    opening = measure.kind == "opening"
    found: Values = {}
    total = Decimal(0)
    for keys, moved in changes.items():
        steps = [moved.get(BEFORE, Decimal(0)), *(moved.get(mark, Decimal(0)) for mark in marks)]
        running = list(accumulate(steps))
        balances = running[:-1] if opening else running[1:]
        for mark, balance in zip(marks, balances, strict=True):
            found[(mark if group.grain else None, *keys)] = balance
        total += balances[0] if opening else balances[-1]
    return found, total


def _forward(bucket: date | None, path: list[Offset]) -> date | None:
    for moved in reversed(path):
        if bucket is not None:
            bucket = moved.forward(bucket)
    return bucket


def _day(value: Any) -> date:
    """Engines truncate dates to dates or timestamps."""
    return value.date() if hasattr(value, "date") else value
