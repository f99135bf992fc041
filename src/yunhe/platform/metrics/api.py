"""The metric engine over HTTP: the dictionary, questions, rows behind numbers, targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.guards import require
from yunhe.platform.metrics import permissions, registry
from yunhe.platform.metrics.asking import filter_given
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.definitions import definitions_yaml, metric_in_both_languages
from yunhe.platform.metrics.engine.query import fact_rows, query
from yunhe.platform.metrics.engine.result import Result, Row
from yunhe.platform.metrics.expressions import Shift
from yunhe.platform.metrics.models import Target
from yunhe.platform.metrics.question import Grain, Question, Span
from yunhe.platform.metrics.sheets import result_file
from yunhe.platform.metrics.targets import NewTarget, list_targets, remove_targets, set_targets
from yunhe.platform.metrics.wording import formula_text, grain_text, unit_text
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["metrics"])


class FilterIn(Schema):
    dimension: str
    values: list[int | str | None]
    exclude: bool = False


class PeriodIn(Schema):
    """Days from `from` (included) to `to` (excluded)."""

    since: date = Field(alias="from")
    until: date = Field(alias="to")


class QuestionIn(Schema):
    metrics: list[str]
    period: PeriodIn
    dimensions: list[str] = []
    grain: Grain | None = None
    where: list[FilterIn] = []
    compare: Shift | None = None
    targets: bool = False
    order: str = ""
    limit: int | None = Field(None, ge=1, le=200_000)


class RowsIn(Schema):
    metric: str
    period: PeriodIn
    where: list[FilterIn] = []
    limit: int = Field(100, ge=1, le=10_000)
    skip: int = Field(0, ge=0)


class TargetIn(Schema):
    metric: str
    node_id: int
    month: date
    value: Decimal


class TargetOut(TargetIn):
    id: int
    place: str


class TargetQuery(Schema):
    """`month`: the first day."""

    metric: str | None = None
    node_id: int | None = None
    month: date | None = None


@router.get("/", auth=require(permissions.VIEW), summary="The metric dictionary")
def list_metrics(request: HttpRequest) -> list[dict[str, Any]]:
    """Every metric with its definition in both languages."""
    return [_definition(metric) for metric in registry.metrics().values()]


@router.get("/dimensions", auth=require(permissions.VIEW), summary="All dimensions")
def list_dimensions(request: HttpRequest) -> list[dict[str, str]]:
    return [{"name": a.name, "label": str(a.label)} for a in registry.dimensions().values()]


@router.get("/definitions.yaml", auth=require(permissions.VIEW), summary="Definitions as a file")
def export_definitions(request: HttpRequest) -> HttpResponse:
    """Facts, measures and metrics in the shape of MetricFlow's YAML."""
    return HttpResponse(definitions_yaml(), content_type="application/yaml; charset=utf-8")


@router.post("/query", auth=require(permissions.VIEW), summary="Ask for numbers")
def ask(request: HttpRequest, question: QuestionIn) -> dict[str, Any]:
    """Metrics by dimensions and time, within the caller's scope. Numbers are decimal strings."""
    return result_document(query(_question(question), principal=principal_of(request)))


@router.post("/export/{kind}", auth=require(permissions.VIEW), summary="Numbers as CSV or Excel")
def export(request: HttpRequest, kind: str, question: QuestionIn) -> HttpResponseBase:
    """The same answer as a `csv` or `xlsx` file."""
    return result_file(query(_question(question), principal=principal_of(request)), kind)


@router.post("/rows", auth=require(permissions.VIEW), summary="The rows behind a number")
def rows(request: HttpRequest, asked: RowsIn) -> list[dict[str, Any]]:
    """For each measure of the metric: the fact's rows of the period, newest first."""
    metric = registry.get_metric(asked.metric)
    return [
        {
            "fact": measure.fact,
            "rows": fact_rows(
                measure,
                metric=metric,
                period=_span(asked.period),
                where=tuple(_filters(asked.where)),
                principal=principal_of(request),
                limit=asked.limit,
                skip=asked.skip,
            ),
        }
        for measure in dict.fromkeys(leaf.measure for leaf in metric.leaves)
    ]


@router.get(
    "/targets", response=Page[TargetOut], auth=require(permissions.VIEW), summary="Targets set"
)
def get_targets(
    request: HttpRequest, page: Query[PageQuery], asked: Query[TargetQuery]
) -> dict[str, Any]:
    """What was set in the caller's scope, the newest first."""
    given = {name: value for name, value in asked.dict().items() if value is not None}
    return paginate(list_targets().filter(**given), page, show=_target)


@router.put("/targets", auth=require(permissions.TARGETS), summary="Set targets")
def put_targets(request: HttpRequest, targets: list[TargetIn]) -> dict[str, int]:
    """Create or replace targets of metrics at nodes for months; all or none."""
    given = [NewTarget(t.metric, t.node_id, t.month, t.value) for t in targets]
    return {"set": set_targets(given, actor=principal_of(request))}


@router.delete(
    "/targets/{target_id}",
    response={204: None},
    auth=require(permissions.TARGETS),
    summary="Take a target away",
)
def delete_target(request: HttpRequest, target_id: int) -> Status[None]:
    """Its metric at its node in its month has no target any more."""
    remove_targets([target_id], actor=principal_of(request))
    return Status(204, None)


@router.get("/{name}", auth=require(permissions.VIEW), summary="One metric's definition")
def get_metric(request: HttpRequest, name: str) -> dict[str, Any]:
    return _definition(registry.get_metric(name))


def _target(row: Target) -> dict[str, Any]:
    names = [name for name in TargetOut.model_fields if name != "place"]
    return {name: getattr(row, name) for name in names} | {"place": row.node.code}


def result_document(result: Result) -> dict[str, Any]:
    """The answer as plain data."""
    return {
        "metrics": [
            {"name": m.name, "label": str(m.label), "unit": unit_text(m), "good": m.good}
            for m in result.metrics
        ],
        "dimensions": [{"name": a.name, "label": str(a.label)} for a in result.dimensions],
        "rows": [_row(result, row) for row in result.rows],
        "total": _row(result, result.total),
        "as_of": result.as_of,
        "through": result.through,
        "compared_with": _period(result.compared_with),
    }


def _row(result: Result, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {
        "period": row.period,
        "keys": dict(row.keys),
        "texts": dict(row.texts),
        "values": dict(row.values),
    }
    if result.question.compare:
        found["previous"] = dict(row.previous)
        found["change"] = {name: row.change(name) for name in row.values}
    if result.question.targets:
        found["targets"] = dict(row.targets)
        found["achievement"] = {name: row.achievement(name) for name in row.values}
    return found


def _definition(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "label": str(metric.label),
        "description": str(metric.description),
        "formula": formula_text(metric),
        "unit": unit_text(metric),
        "owner": str(metric.owner),
        "good": metric.good,
        "version": metric.version,
        "additive": metric.additive,
        "grain": grain_text(metric),
        "dimensions": list(registry.dimensions_for(metric)),
        "facts": list(metric.facts),
        "languages": metric_in_both_languages(metric),
    }


def _question(given: QuestionIn) -> Question:
    return Question(
        metrics=tuple(given.metrics),
        period=_span(given.period),
        dimensions=tuple(given.dimensions),
        grain=given.grain,
        where=tuple(_filters(given.where)),
        compare=given.compare,
        targets=given.targets,
        order=given.order,
        limit=given.limit,
    )


def _filters(given: list[FilterIn]) -> list[Any]:
    return [filter_given(each.dimension, each.values, exclude=each.exclude) for each in given]


def _span(given: PeriodIn) -> Span:
    return Span(given.since, given.until)


def _period(span: Span | None) -> dict[str, date] | None:
    return {"from": span.start, "to": span.end} if span else None
