"""The production schedule over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.goods.schedule.models import ScheduledProduction
from yunhe.goods.schedule.permissions import CHANGE, VIEW, VIEW_OWN
from yunhe.goods.schedule.queries import list_schedule, promise_dates
from yunhe.goods.schedule.services import PlanLine, plan_production
from yunhe.goods.stock.queries import supplier_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.api.paging import Page, PageQuery, paginate
from yunhe.platform.errors import DomainError, NotFound
from yunhe.trade.catalog.queries import ids_by_code

router = Router(tags=["schedule"])
EITHER = require_any(VIEW, VIEW_OWN)


class PlanIn(Schema):
    sku: str
    on: date
    quantity: Decimal = Field(ge=0, max_digits=16, decimal_places=3, description="0 removes")
    confirmed: bool = False
    ref: str = Field("", max_length=60)


class ScheduleIn(Schema):
    place: str = Field(description="Code of the supply place")
    lines: list[PlanIn] = Field(min_length=1, max_length=10_000)


class ScheduleOut(Schema):
    id: int
    sku: str
    on: date
    quantity: Decimal
    confirmed: bool


@router.get("/", response=Page[ScheduleOut], auth=EITHER, operation_id="list_schedule")
def get_schedule(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Scheduled production that the caller may know of."""
    return paginate(list_schedule().order_by("pk"), asked, by="id", show=_line)


@router.put("/", response=int, auth=require(CHANGE), operation_id="plan_production")
def put_schedule(request: HttpRequest, body: ScheduleIn) -> Any:
    """Write lines; the same product, day and document is overwritten. Answers their number."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    node = Node.objects.filter(code=body.place).first()
    if node is None:
        raise NotFound()
    ids = ids_by_code(line.sku for line in body.lines)
    message = str(NotFound().message)
    faults = [
        {"row": at, "sku": line.sku, "message": message}
        for at, line in enumerate(body.lines, start=1)
        if line.sku not in ids
    ]
    if faults:
        raise DomainError(message, code="schedule.unknown_sku", rows=faults)
    lines = [
        PlanLine(
            sku_id=ids[line.sku],
            on=line.on,
            quantity=line.quantity,
            confirmed=line.confirmed,
            ref=line.ref,
        )
        for line in body.lines
    ]
    return plan_production(node, lines, actor=principal)


@router.get(
    "/promise", response=dict[str, date | None], auth=EITHER, operation_id="get_promise_date"
)
def get_promise(request: HttpRequest, sku: Query[list[str]], quantity: Decimal) -> Any:
    """The first day on which the caller's supplier can promise so much of each SKU."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    supplier = supplier_of(principal.home_id) if principal.home_id else None
    if supplier is None:
        raise NotFound()
    ids = ids_by_code(sku)
    found = promise_dates(supplier, dict.fromkeys(ids.values(), quantity), timezone.localdate())
    return {code: found[pk] for code, pk in ids.items()}


def _line(line: ScheduledProduction) -> dict[str, Any]:
    names = ("id", "on", "quantity", "confirmed")
    return {name: getattr(line, name) for name in names} | {"sku": line.sku.code}
