"""Stock reports over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.goods.reports.choices import ReportSource
from yunhe.goods.reports.models import Credibility, StockReport
from yunhe.goods.reports.permissions import REPORT, VIEW, VIEW_OWN
from yunhe.goods.reports.queries import lines_of, list_credibility, list_reports, report_for
from yunhe.goods.reports.services import record_report
from yunhe.platform.access.principal import Principal
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.api.paging import Page, PageQuery, paginate
from yunhe.platform.errors import DomainError, NotFound
from yunhe.trade.catalog.queries import ids_by_code

router = Router(tags=["reports"])
EITHER = require_any(VIEW, VIEW_OWN)
MAX_LINES = 10_000


class CountedIn(Schema):
    sku: str
    quantity: Decimal = Field(ge=0, max_digits=16, decimal_places=3, description="Base units")


class ReportIn(Schema):
    """What the caller's own company counted; the same `ref` is one report."""

    ref: str = Field(min_length=1, max_length=90)
    on: date
    lines: list[CountedIn] = Field(min_length=1, max_length=MAX_LINES)


class ReportOut(Schema):
    id: int
    node_id: int
    on: date
    since: date | None
    status: str
    source: str
    line_count: int
    expected_count: int
    unexplained: Decimal
    submitted_at: datetime | None


class CheckedLine(Schema):
    sku: str
    opening: Decimal | None
    incoming: Decimal
    outgoing: Decimal
    returned: Decimal
    expected: Decimal | None
    counted: Decimal
    difference: Decimal | None


class ReportDetailOut(ReportOut):
    lines: list[CheckedLine]


class CredibilityOut(Schema):
    node_id: int
    score: Decimal
    completeness: Decimal
    timeliness: Decimal
    balance: Decimal
    regularity: Decimal
    reports: int
    on: date


@router.get("/", response=Page[ReportOut], auth=EITHER, operation_id="list_reports")
def get_reports(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Stock reports in scope, the latest first."""
    return paginate(list_reports().order_by("-pk"), asked, by="-id", show=_report)


@router.get(
    "/credibility", response=Page[CredibilityOut], auth=EITHER, operation_id="list_credibility"
)
def get_credibility(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Credibility of partners in scope."""
    return paginate(list_credibility().order_by("pk"), asked, by="pk", show=_score)


@router.get("/{int:report_id}", response=ReportDetailOut, auth=EITHER, operation_id="get_report")
def get_report(request: HttpRequest, report_id: int) -> Any:
    """A report with its check against the documents."""
    report = report_for(report_id)
    names = ("opening", "incoming", "outgoing", "returned", "expected", "counted", "difference")
    lines = [
        {name: getattr(line, name) for name in names} | {"sku": line.sku.code}
        for line in lines_of(report)
    ]
    return _report(report) | {"lines": lines}


@router.post("/", response=ReportOut, auth=require(REPORT), operation_id="send_report")
def post_report(request: HttpRequest, body: ReportIn) -> Any:
    """Send a whole count of the caller's own company."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if principal.home_id is None:
        raise NotFound()
    ids = ids_by_code(line.sku for line in body.lines)
    faults = [
        {"row": at, "sku": line.sku, "message": str(NotFound().message)}
        for at, line in enumerate(body.lines, start=1)
        if line.sku not in ids
    ]
    if faults:
        raise DomainError(NotFound().message, code="reports.unknown_sku", rows=faults)
    report = record_report(
        principal.home_id,
        {ids[line.sku]: line.quantity for line in body.lines},
        on=body.on,
        key=f"api:{body.ref}",
        source=ReportSource.API,
        actor=principal,
        now=timezone.now(),
    )
    return _report(report)


def _report(report: StockReport) -> dict[str, Any]:
    names = (
        "id", "node_id", "on", "since", "status", "source", "line_count", "expected_count",
        "unexplained", "submitted_at",
    )  # fmt: skip
    return {name: getattr(report, name) for name in names}


def _score(found: Credibility) -> dict[str, Any]:
    names = ("node_id", "score", "completeness", "timeliness", "balance", "regularity")
    return {name: getattr(found, name) for name in (*names, "reports", "on")}
