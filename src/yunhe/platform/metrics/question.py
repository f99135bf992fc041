"""A question to the engine, and its checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.errors import QuestionError
from yunhe.platform.metrics.expressions import Shift

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")
COMPARISONS: tuple[Shift, ...] = ("previous_period", "last_year")
MAX_ROWS = 200_000
Key = str | int | None

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Span:
    """The days [start, end)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise QuestionError(_("The period must end after it starts."), field="period")

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - timedelta(days=1)


@dataclass(frozen=True)
class Filter:
    """Rows whose dimension has one of the keys (or, with `exclude`, none of them)."""

    dimension: str
    values: tuple[Key, ...]
    exclude: bool = False


@dataclass(frozen=True, kw_only=True)
class Question:
    """Metrics by dimensions (and time grain) over a period.

    Args:
        order: a metric, a dimension or `period`; with a leading `-` downwards.
        limit: rows kept after ordering; totals still cover everything.
    """

    metrics: tuple[str, ...]
    period: Span
    dimensions: tuple[str, ...] = ()
    grain: Grain | None = None
    where: tuple[Filter, ...] = ()
    compare: Shift | None = None
    targets: bool = False
    order: str = ""
    limit: int | None = None


def check_question(question: Question) -> tuple[Metric, ...]:
    """The metrics asked for. Raises UnknownName or QuestionError with what would fit."""
    if not question.metrics:
        raise QuestionError(_("Ask for at least one metric."), field="metrics")
    found = tuple(registry.get_metric(name) for name in question.metrics)
    for name in question.dimensions:
        registry.get_dimension(name)
    for each in question.where:
        registry.get_dimension(each.dimension)
    if question.grain is not None and question.grain not in GRAINS:
        raise QuestionError(
            _("Time grain is one of %(grains)s.") % {"grains": ", ".join(GRAINS)}, field="grain"
        )
    if question.period.start < EARLIEST or question.period.end > LATEST:
        raise QuestionError(
            _("The period lies between %(first)s and %(last)s.")
            % {"first": EARLIEST.isoformat(), "last": LATEST.isoformat()},
            field="period",
        )
    orders = ("period", *question.metrics, *question.dimensions)
    if question.order and question.order.removeprefix("-") not in orders:
        raise QuestionError(
            _("Rows are ordered by one of %(known)s.") % {"known": ", ".join(orders)}, field="order"
        )
    if question.compare is not None and question.compare not in COMPARISONS:
        raise QuestionError(
            _("A comparison is one of %(known)s.") % {"known": ", ".join(COMPARISONS)},
            field="compare",
        )
    for metric in found:
        _check_dimensions(metric, question)
    return found


def _check_dimensions(metric: Metric, question: Question) -> None:
    fitting = registry.dimensions_for(metric)
    for name in (*question.dimensions, *(each.dimension for each in question.where)):
        if name not in fitting:
            raise QuestionError(
                _("“%(metric)s” cannot be split by “%(dimension)s”; it can by: %(fitting)s.")
                % {
                    "metric": metric.label,
                    "dimension": registry.get_dimension(name).label,
                    "fitting": ", ".join(str(a.label) for a in fitting.values()) or "—",
                },
                field="dimensions",
            )
