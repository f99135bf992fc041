"""Sales over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.guards import require
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.models import ClosedPeriod, SalesFact
from yunhe.trade.sales.permissions import CLOSE, REOPEN, REPORT, VIEW
from yunhe.trade.sales.queries import list_facts
from yunhe.trade.sales.services import (
    ReportedLine,
    close_period,
    correct_fact,
    reopen_period,
    report_sales,
)

router = Router(tags=["sales"])
MAX_LINES = 10_000
Exact = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]


class LineIn(Schema):
    """A line by codes; a return has a negative quantity (and amount)."""

    line_key: str = Field(min_length=1, max_length=120, description="Names the line for good")
    item: str = Field(min_length=1, max_length=60, description="SKU code or GTIN")
    on: date
    quantity: Exact
    node: str = Field("", max_length=60, description="Partner code; the sender when blank")
    unit: str = Field("", max_length=20, description="The product's base unit when blank")
    amount: Exact = Decimal(0)
    counterparty: str = Field("", max_length=60)
    document: str = Field("", max_length=60)


class FactsIn(Schema):
    """A batch of lines of one flow."""

    flow: Flow = Flow.SELL_OUT
    currency: str = Field("", pattern="^([A-Z]{3})?$")
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)


class RecordedOut(Schema):
    """How many lines were written, as corrections of known lines, and were repeats."""

    recorded: int
    corrected: int
    duplicates: int


class FactOut(Schema):
    """A fact; a correction points at the fact it corrects."""

    id: int
    flow: str
    node: str
    counterparty: str | None
    item: str
    on: date
    booked_on: date
    recorded_at: datetime
    quantity: Decimal
    amount: Decimal
    currency: str
    document: str
    line_key: str
    corrects: int | None
    reason: str


class PeriodIn(Schema):
    """A flow and the day before which it is closed."""

    flow: Flow
    before: date


class ReopenIn(PeriodIn):
    """From which day on the flow is open again, and why."""

    reason: str = Field(min_length=1, max_length=300)


class PeriodOut(Schema):
    """A closing, or a reopening with its reason; the last of a flow holds."""

    id: int
    flow: str
    before: date
    reopens: bool
    reason: str
    closed_at: datetime


class FactFilter(Schema):
    """Which facts."""

    flow: Flow | None = None
    node: str = Field("", description="Partner code")
    item: str = Field("", description="SKU code")
    since: date | None = Field(None, description="Business date from")
    before: date | None = Field(None, description="Business date before")


@router.post("/facts", response=RecordedOut, auth=require(REPORT), operation_id="recordSales")
def record(request: HttpRequest, body: FactsIn) -> Any:
    """Record a batch of lines. A line key sent again with other values books the difference."""
    lines = [ReportedLine(**line.model_dump()) for line in body.lines]
    return report_sales(
        lines,
        flow=body.flow,
        currency=body.currency,
        actor=principal_of(request),
        now=timezone.now(),
    )


class CorrectionIn(Schema):
    """What the line should have said in all (base units, money), and why."""

    quantity: Exact
    amount: Exact = Decimal(0)
    reason: str = Field(min_length=1, max_length=300)


@router.post(
    "/facts/{int:fact_id}/correct",
    response=RecordedOut,
    auth=require(REPORT),
    operation_id="correctSale",
)
def correct(request: HttpRequest, fact_id: int, body: CorrectionIn) -> Any:
    """Book the difference to what a line says as a line of its own, with the reason."""
    found = list_facts().filter(pk=fact_id).first()
    if found is None:
        raise NotFound()
    return correct_fact(
        found,
        **body.dict(),
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.get("/facts", response=Page[FactOut], auth=require(VIEW), operation_id="listSales")
def list_(request: HttpRequest, page: Query[PageQuery], asked: Query[FactFilter]) -> Any:
    """Facts in scope, newest first."""
    rows = list_facts()
    wanted = {
        "flow": asked.flow,
        "node__code": asked.node,
        "sku__code": asked.item,
        "on__gte": asked.since,
        "on__lt": asked.before,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return paginate(rows, page, show=_shown)


@router.get(
    "/periods", response=Page[PeriodOut], auth=require(CLOSE), operation_id="listSalesPeriods"
)
def periods(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Closings and reopenings, the latest first."""
    return paginate(ClosedPeriod.objects.order_by("-id"), page, by="-id")


@router.post(
    "/periods/close", response=PeriodOut, auth=require(CLOSE), operation_id="closeSalesPeriod"
)
def close(request: HttpRequest, body: PeriodIn) -> Any:
    """Make a flow's facts before a day final; the day is today at the latest."""
    return close_period(
        flow=body.flow,
        before=body.before,
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.post(
    "/periods/reopen", response=PeriodOut, auth=require(REOPEN), operation_id="reopenSalesPeriod"
)
def reopen(request: HttpRequest, body: ReopenIn) -> Any:
    """Let lines from a day on count on their own days again."""
    return reopen_period(
        flow=body.flow,
        before=body.before,
        reason=body.reason,
        actor=principal_of(request),
        now=timezone.now(),
    )


def _shown(fact: SalesFact) -> dict[str, Any]:
    names = ("id", "flow", "on", "booked_on", "recorded_at", "quantity", "amount", "currency")
    return {
        **{name: getattr(fact, name) for name in (*names, "document", "line_key", "reason")},
        "node": fact.node.code,
        "counterparty": fact.counterparty.code if fact.counterparty else None,
        "item": fact.sku.code,
        "corrects": fact.corrects_id,
    }
