"""A result as a file: one row a result row, one column a metric (and its comparison, target)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from yunhe.platform.metrics.engine.result import Result, Row
from yunhe.platform.metrics.errors import QuestionError
from yunhe.platform.metrics.wording import unit_text
from yunhe.platform.ui.exports import FORMATS, export_rows


def result_file(result: Result, kind: str, *, name: str = "") -> HttpResponseBase:
    """An attachment. Raises QuestionError for a kind other than csv and xlsx."""
    if kind not in FORMATS:
        raise QuestionError(_("Files are made as %(known)s.") % {"known": ", ".join(FORMATS)})
    return export_rows(
        kind,
        name=name or "-".join(result.question.metrics)[:60],
        headings=headings(result),
        rows=lines(result),
    )


def headings(result: Result) -> list[str]:
    """The first row of the file."""
    found = [_("Period")] if result.question.grain else []
    found += [str(dimension.label) for dimension in result.dimensions]
    for metric in result.metrics:
        label = f"{metric.label} ({unit_text(metric)})" if unit_text(metric) else str(metric.label)
        found.append(label)
        if result.question.compare:
            found += [
                _("%(metric)s, comparison") % {"metric": metric.label},
                _("%(metric)s, change") % {"metric": metric.label},
            ]
        if result.question.targets:
            found.append(_("%(metric)s, target") % {"metric": metric.label})
    return found


def lines(result: Result) -> Iterator[list[Any]]:
    """The other rows, the total last."""
    for row in result.rows:
        yield _line(result, row)
    if result.dimensions or result.question.grain:
        yield _line(result, result.total)


def _line(result: Result, row: Row) -> list[Any]:
    whole = row is result.total
    found: list[Any] = []
    if result.question.grain:
        found.append(_("Total") if whole else row.period)
    for index, dimension in enumerate(result.dimensions):
        first = whole and index == 0 and not result.question.grain
        found.append(_("Total") if first else row.texts.get(dimension.name, ""))
    for metric in result.metrics:
        found.append(row.values[metric.name])
        if result.question.compare:
            found += [row.previous[metric.name], row.change(metric.name)]
        if result.question.targets:
            found.append(row.targets.get(metric.name))
    return found
