"""Stock reports over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from yunhe.goods.reports.choices import ReportSource
from yunhe.goods.reports.errors import ReportRefused
from yunhe.goods.reports.filters import CredibilityFilters, ReportFilters
from yunhe.goods.reports.models import Credibility, StockReport
from yunhe.goods.reports.permissions import REPORT, VIEW, VIEW_OWN
from yunhe.goods.reports.queries import (
    Counted,
    lines_of,
    list_credibility,
    list_reports,
    report_for,
    resolve_counts,
)
from yunhe.goods.reports.services import record_report
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["reports"])
EITHER = require_any(VIEW, VIEW_OWN)
MAX_LINES = 10_000


class CountedIn(Schema):
    model_config = ConfigDict(extra="forbid")

    sku: str = Field(min_length=1, max_length=60, description="SKU code or barcode")
    quantity: Decimal = Field(ge=0, max_digits=16, decimal_places=3)
    unit: str = Field(
        "", max_length=20, description="Blank: base units; of a pack's barcode its packs"
    )


class ReportIn(Schema):
    """What the caller's own company counted; the same `ref` is one report. A product has one line."""

    model_config = ConfigDict(extra="forbid")

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
@filtered(ReportFilters)
def get_reports(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Stock reports in scope, the latest first."""
    return paginate(narrow(list_reports().order_by("-pk"), request), asked, by="-id", show=_report)


@router.get(
    "/credibility", response=Page[CredibilityOut], auth=EITHER, operation_id="list_credibility"
)
@filtered(CredibilityFilters)
def get_credibility(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Credibility of partners in scope."""
    return paginate(narrow(list_credibility().order_by("pk"), request), asked, by="pk", show=_score)


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
    principal = principal_of(request)
    if principal.home_id is None:
        raise NotFound()
    counts, faults = resolve_counts(
        [Counted(line.sku, line.quantity, line.unit) for line in body.lines]
    )
    if faults:
        raise ReportRefused(_("Some counts cannot be saved."), rows=faults)
    report = record_report(
        principal.home_id,
        counts,
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
