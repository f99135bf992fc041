"""Questions from the outside: query strings of pages, bodies of the API.

A page's address carries the question (`?from=2026-10-01&to=2026-11-01&region=5&compare=last_year`),
so that a number can be sent, bookmarked and drilled. Any dimension's name is a filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Attribute
from yunhe.platform.metrics.engine.calendar import add_months, floor
from yunhe.platform.metrics.errors import QuestionError
from yunhe.platform.metrics.expressions import Shift
from yunhe.platform.metrics.question import COMPARISONS, Filter, Key, Span

NOT_ASSIGNED = "-"
LAST_MONTHS = 12


@dataclass(frozen=True)
class Frame:
    """What a page's address says besides the metric: when, compared with what, of which part."""

    period: Span
    preset: str
    compare: Shift | None
    where: tuple[Filter, ...]


def presets(today: date) -> dict[str, Span]:
    """Named periods; each ends before `today`'s tomorrow, months are whole calendar months."""
    this_month = today.replace(day=1)
    tomorrow = today + timedelta(days=1)
    return {
        "month": Span(this_month, tomorrow),
        "last_month": Span(add_months(this_month, -1), this_month),
        "quarter": Span(floor(today, "quarter"), tomorrow),
        "last_quarter": Span(add_months(floor(today, "quarter"), -3), floor(today, "quarter")),
        "year": Span(floor(today, "year"), tomorrow),
        "days_30": Span(today - timedelta(days=29), tomorrow),
        "days_90": Span(today - timedelta(days=89), tomorrow),
        "months_12": Span(add_months(this_month, 1 - LAST_MONTHS), tomorrow),
    }


def frame_from(query: QueryDict, *, today: date, default: str = "days_30") -> Frame:
    """Read a page's address. Raises QuestionError with the parameter at fault.

    Args:
        today: the last day with data, from which the named periods count back.
    """
    named = presets(today)
    preset = query.get("period", "")
    if any(query.get(name) for name in ("from", "to", "last")):
        preset, period = "", Span(_day(query, "from"), _end(query))
    else:
        preset = preset if preset in named else default
        period = named[preset]
    return Frame(period, preset, _comparison(query), filters_from(query))


def filters_from(query: QueryDict) -> tuple[Filter, ...]:
    """A filter for every parameter that is a dimension; `-` stands for "not assigned"."""
    known = registry.dimensions()
    return tuple(
        Filter(name, tuple(_key(known[name], value) for value in query.getlist(name)))
        for name in query
        if name in known and query[name] != ""
    )


def filter_given(dimension: str, values: Iterable[object], *, exclude: bool = False) -> Filter:
    """A filter with keys of the dimension's type, from whatever an API client sent."""
    attribute = registry.get_dimension(dimension)
    keys = tuple(None if value is None else _key(attribute, str(value)) for value in values)
    return Filter(dimension, keys, exclude)


def query_of(where: Iterable[Filter]) -> Mapping[str, list[str]]:
    """The parameters that say these filters again."""
    return {
        each.dimension: [NOT_ASSIGNED if key is None else str(key) for key in each.values]
        for each in where
    }


def _end(query: QueryDict) -> date:
    """The day after the period: `to`, or the one after `last`, as people give it."""
    if query.get("to") or not query.get("last"):
        return _day(query, "to")
    return min(_day(query, "last"), date.max - timedelta(days=1)) + timedelta(days=1)


def _key(attribute: Attribute, value: str) -> Key:
    if value == NOT_ASSIGNED:
        return None
    if not _numeric(attribute):
        return value
    try:
        return int(value)
    except ValueError as error:
        raise QuestionError(
            _("“%(value)s” is no key of “%(dimension)s”.")
            % {"value": value, "dimension": attribute.label},
            field=attribute.name,
        ) from error


def _numeric(attribute: Attribute) -> bool:
    for source in registry.sources().values():
        if attribute in source.attributes:
            return source.columns[attribute.column] == "int64"
    return False


def _day(query: QueryDict, name: str) -> date:
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError as error:
        raise QuestionError(_("Give dates as 2026-11-22."), field=name) from error


def _comparison(query: QueryDict) -> Shift | None:
    asked = query.get("compare", COMPARISONS[0])
    return next((known for known in COMPARISONS if known == asked), None)
