"""The dictionary: every metric, its definition in both languages, its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.metrics import jobs, permissions, registry
from yunhe.platform.metrics.asking import Frame, frame_from, query_of
from yunhe.platform.metrics.cells import align, cell, document_url
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.definitions import definitions_yaml, metric_in_both_languages
from yunhe.platform.metrics.engine.calendar import add_months, buckets
from yunhe.platform.metrics.engine.query import fact_rows, query
from yunhe.platform.metrics.engine.result import Result
from yunhe.platform.metrics.errors import MartEmpty
from yunhe.platform.metrics.expressions import Measure
from yunhe.platform.metrics.lineage import facts_behind, last_day, parts_of, users_of
from yunhe.platform.metrics.question import Question, Span
from yunhe.platform.metrics.wording import formula_text, grain_text, number_text, unit_text
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.components.charts import Series, TrendChart, Unit
from yunhe.platform.ui.components.figures import Fact as Term
from yunhe.platform.ui.components.figures import Facts, Stat
from yunhe.platform.ui.exports import FORMATS, export_rows
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet
from yunhe.platform.ui.tables import LinkColumn, Table, TextColumn
from yunhe.platform.ui.views import ListView
from yunhe.platform.ui.views.base import Page

CHART_UNITS: dict[str, Unit] = {"money": "money", "percent": "percent"}
MOST_PAGES = 1_000_000
ROWS_A_PAGE = 100
EXPORT_ROWS = 100_000


@dataclass(frozen=True)
class Entry:
    """A metric as the list shows it."""

    metric: Metric

    @property
    def name(self) -> str:
        return self.metric.name

    @property
    def code(self) -> str:
        """The name for formulas and the API, marked as no word of the language."""
        return format_html("<code>{}</code>", self.metric.name)

    @property
    def label(self) -> str:
        return str(self.metric.label)

    @property
    def description(self) -> str:
        return str(self.metric.description)

    @property
    def formula(self) -> str:
        return formula_text(self.metric)

    @property
    def unit(self) -> str:
        return unit_text(self.metric)

    @property
    def owner(self) -> str:
        return str(self.metric.owner)


class MetricTable(Table):
    label = LinkColumn(
        gettext_lazy("Metric"), url="metrics:detail", args=("name",), secondary="code"
    )
    description = TextColumn(gettext_lazy("Definition"), sort=False)
    formula = TextColumn(gettext_lazy("Formula"), sort=False, card="")
    unit = TextColumn(gettext_lazy("Unit"), card="")
    owner = TextColumn(gettext_lazy("Owner"), card="badge")


def _owners() -> list[tuple[str, str]]:
    owners = sorted({str(metric.owner) for metric in registry.metrics().values()})
    return [(owner, owner) for owner in owners]


class MetricFilters(FilterSet):
    owner = ChoiceFilter(
        gettext_lazy("Owner"),
        choices=_owners,
        apply=lambda rows, value: [entry for entry in rows if entry.owner == value],
    )


class MetricList(ListView):
    permission = permissions.VIEW
    face = None
    title = gettext_lazy("Metric dictionary")
    subtitle = gettext_lazy("One definition for every number, wherever it is shown")
    table = MetricTable
    filters = MetricFilters
    per_page = 100

    def get_rows(self) -> list[Entry]:
        return [
            Entry(metric)
            for metric in registry.metrics().values()
            if not metric.permission or self.can(metric.permission)
        ]

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Definitions as a file"),
                url=reverse("metrics:definitions"),
                icon="download",
            ),
            Button(
                label=_("Refresh the mart"),
                url=reverse("metrics:refresh"),
                icon="refresh",
                method="post",
                permission=permissions.REFRESH,
            ),
        )


class MetricPage(Page):
    """A page about the metric named in the address, as the reader's frame cuts it."""

    permission = permissions.VIEW
    face = None

    @cached_property
    def metric(self) -> Metric:
        metric = registry.get_metric(self.kwargs["name"])
        if metric.permission:
            self.principal.check(metric.permission)
        return metric

    @cached_property
    def today(self) -> date:
        return last_day(timezone.localdate(self.now))

    @cached_property
    def frame(self) -> Frame:
        return frame_from(self.request.GET, today=self.today)

    def get_title(self) -> str:
        return str(self.metric.label)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Metric dictionary"), reverse("metrics:list")),)

    def address(self, view: str, **more: str) -> str:
        """Another page about the metric, in the same frame."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, value in more.items():
            query[name] = value
        return f"{reverse(view, args=[self.metric.name])}?{query.urlencode()}"


class MetricDetail(MetricPage):
    template_name = "metrics/detail.html"

    def get_subtitle(self) -> str:
        return str(self.metric.description)

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Rows behind it"), url=self.address("metrics:rows"), icon="list-details"
            ),
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        try:
            shown = self._numbers()
        except MartEmpty as error:
            shown = {"missing": str(error)}
        return super().context(
            definition=self._definition(),
            languages=metric_in_both_languages(self.metric),
            facts=facts_behind(self.metric),
            parts=parts_of(self.metric),
            users=users_of(self.metric),
            **shown,
            **extra,
        )

    def _definition(self) -> Facts:
        metric = self.metric
        dimensions = registry.dimensions_for(metric).values()
        kept = _("parts add up") if metric.additive else _("parts do not add up: asked anew")
        terms = [
            Term(_("Formula"), formula_text(metric)),
            Term(_("Unit"), unit_text(metric)),
            Term(_("Owner"), metric.owner),
            Term(_("Grain"), grain_text(metric)),
            Term(_("Dimensions"), ", ".join(str(a.label) for a in dimensions)),
            Term(_("Totals"), kept),
            Term(_("Name in the API"), metric.name),
            Term(_("Version"), str(metric.version)),
        ]
        return Facts(facts=terms, columns=2)

    def _numbers(self) -> dict[str, Any]:
        frame, metric = self.frame, self.metric
        months = Span(add_months(self.today.replace(day=1), -12), self.today + timedelta(days=1))
        now = query(
            Question(
                metrics=(metric.name,),
                period=frame.period,
                where=frame.where,
                compare=frame.compare,
            ),
            principal=self.principal,
        )
        trend = query(
            Question(metrics=(metric.name,), period=months, grain="month", where=frame.where),
            principal=self.principal,
        )
        return {"stat": self._stat(now, trend), "trend": trend_chart(metric, trend), "frame": frame}

    def _stat(self, now: Result, trend: Result) -> Stat:
        name = self.metric.name
        change = now.total.change(name)
        names = {
            "previous_period": _("vs. previous period"),
            "last_year": _("vs. last year"),
            None: "",
        }
        return Stat(
            label=period_text(self.frame.period),
            value=number_text(self.metric, now.total.values[name], short=True),
            unit="" if self.metric.unit in ("money", "percent") else unit_text(self.metric),
            change=change,
            comparison=names[self.frame.compare] if change is not None else "",
            good=self.metric.good,
            as_of=now.as_of,
            url=self.address("metrics:rows"),
            trend=[row.values[name] or 0 for row in trend.rows if trend.reaches(name, row.period)],
        )


def trend_chart(metric: Metric, result: Result, *, title: str = "") -> TrendChart:
    """The metric over the result's time grain, gaps kept as gaps."""
    grain = result.question.grain or "month"
    by_period = {
        row.period: row.values[metric.name]
        for row in result.rows
        if result.reaches(metric.name, row.period)
    }
    marks = buckets(result.question.period, grain)
    return TrendChart(
        title=title or str(metric.label),
        unit=CHART_UNITS.get(metric.unit, "number"),
        unit_label="" if metric.unit in CHART_UNITS else unit_text(metric),
        currency=settings.CURRENCY if metric.unit == "money" else "",
        categories=[period_label(mark, grain) for mark in marks],
        series=[Series(metric.label, [by_period.get(mark) for mark in marks])],
        area=True,
    )


def period_label(mark: date, grain: str) -> str:
    """A bucket's name on an axis."""
    if grain == "month":
        return f"{mark:%Y-%m}"
    if grain == "quarter":
        return f"{mark.year} Q{(mark.month + 2) // 3}"
    return f"{mark.year}" if grain == "year" else f"{mark:%Y-%m-%d}"


def period_text(period: Span) -> str:
    """Both ends included, as people read them."""
    if period.start == period.last:
        return formatting.day(period.last)
    return f"{formatting.day(period.start)} – {formatting.day(period.last)}"


class MetricRows(MetricPage):
    """The rows behind a number, one measure of it at a time."""

    template_name = "metrics/rows.html"

    @cached_property
    def measures(self) -> list[Measure]:
        return list(dict.fromkeys(leaf.measure for leaf in self.metric.leaves))

    @cached_property
    def chosen(self) -> int:
        asked = self.request.GET.get("measure", "0")
        return int(asked) if asked.isdecimal() and int(asked) < len(self.measures) else 0

    @property
    def number(self) -> int:
        asked = self.request.GET.get("page", "1")
        return min(max(int(asked), 1), MOST_PAGES) if asked.isdecimal() else 1

    def get_subtitle(self) -> str:
        return _("Rows behind the number, %(period)s") % {"period": period_text(self.frame.period)}

    def get_crumbs(self) -> Sequence[Crumb]:
        here = Crumb(str(self.metric.label), self.address("metrics:detail"))
        return (*super().get_crumbs(), here)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        fact = registry.get_fact(self.measures[self.chosen].fact)
        if kind := request.GET.get("export"):
            if kind not in FORMATS:
                return HttpResponse(status=404)
            found = self._rows(limit=EXPORT_ROWS, skip=0)
            lines = (
                [cell(fact, row, column, plain=True) for column, _l in fact.shown] for row in found
            )
            headings = [label for _c, label in fact.shown]
            return export_rows(kind, name=self.metric.name, headings=headings, rows=lines)
        rows = self._rows(limit=ROWS_A_PAGE + 1, skip=(self.number - 1) * ROWS_A_PAGE)
        more = len(rows) > ROWS_A_PAGE
        return self.render(
            fact=fact,
            headings=[(label, align(fact, column)) for column, label in fact.shown],
            lines=[
                (
                    [(cell(fact, row, column), align(fact, column)) for column, _l in fact.shown],
                    document_url(fact, row),
                )
                for row in rows[:ROWS_A_PAGE]
            ],
            measures=[
                (
                    formula_of(measure),
                    self.address("metrics:rows", measure=str(index)),
                    index == self.chosen,
                )
                for index, measure in enumerate(self.measures)
            ],
            previous=self.address("metrics:rows", page=str(self.number - 1))
            if self.number > 1
            else "",
            following=self.address("metrics:rows", page=str(self.number + 1)) if more else "",
            exports=[
                (label, self.address("metrics:rows", export=kind))
                for kind, label in FORMATS.items()
            ],
            filters=query_of(self.frame.where),
        )

    def _rows(self, *, limit: int, skip: int) -> list[dict[str, Any]]:
        return fact_rows(
            self.measures[self.chosen],
            metric=self.metric,
            period=self.frame.period,
            where=self.frame.where,
            principal=self.principal,
            limit=limit,
            skip=skip,
        )


def formula_of(measure: Measure) -> str:
    """A measure in words."""
    return formula_text(
        Metric(name="_", label="", description="", formula=measure, unit="count", owner="")
    )


class Definitions(Page):
    """The whole dictionary as a file."""

    permission = permissions.VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = HttpResponse(definitions_yaml(), content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="metrics.yaml"'
        return response


class RefreshMart(Page):
    """Start a refresh now instead of waiting for the next minute."""

    permission = permissions.REFRESH
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        enqueue(jobs.refresh, key="now")
        response = HttpResponse(status=303)
        response["Location"] = reverse("metrics:list")
        return response
