"""Sales over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.platform.api.guards import require
from yunhe.platform.api.paging import Page, PageQuery, paginate
from yunhe.platform.errors import NotFound
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.models import SalesFact
from yunhe.trade.sales.permissions import REPORT, VIEW
from yunhe.trade.sales.queries import list_facts
from yunhe.trade.sales.services import ReportedLine, correct_fact, report_sales

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
        actor=request.principal,  # type: ignore[attr-defined]
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
        actor=request.principal,  # type: ignore[attr-defined]
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


def _shown(fact: SalesFact) -> dict[str, Any]:
    names = ("id", "flow", "on", "booked_on", "recorded_at", "quantity", "amount", "currency")
    return {
        **{name: getattr(fact, name) for name in (*names, "document", "line_key", "reason")},
        "node": fact.node.code,
        "counterparty": fact.counterparty.code if fact.counterparty else None,
        "item": fact.sku.code,
        "corrects": fact.corrects_id,
    }
