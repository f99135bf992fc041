"""The production schedule over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.goods.schedule.filters import ScheduleFilters
from yunhe.goods.schedule.models import ScheduledProduction
from yunhe.goods.schedule.permissions import CHANGE, VIEW, VIEW_OWN
from yunhe.goods.schedule.queries import list_schedule, own_promises, promise_dates
from yunhe.goods.schedule.services import (
    PlanLine,
    finish_production,
    move_production,
    plan_production,
    start_production,
)
from yunhe.goods.stock.queries import supplier_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
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
    progress: str
    first_on: date | None
    made: Decimal | None


class PromiseOut(Schema):
    """`on` null: no production covers it any more."""

    ref: str
    sku: str
    quantity: Decimal
    first_on: date | None
    on: date | None


class FinishIn(Schema):
    made: Decimal = Field(gt=0, max_digits=16, decimal_places=3)


class MoveIn(Schema):
    on: date


@router.get("/", response=Page[ScheduleOut], auth=EITHER, operation_id="list_schedule")
@filtered(ScheduleFilters)
def get_schedule(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Scheduled production that the caller may know of."""
    return paginate(narrow(list_schedule().order_by("pk"), request), asked, by="id", show=_line)


@router.put("/", response=int, auth=require(CHANGE), operation_id="plan_production")
def put_schedule(request: HttpRequest, body: ScheduleIn) -> Any:
    """Write lines; the same product, day and document is overwritten. Answers their number."""
    principal = principal_of(request)
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
    return plan_production(node, lines, actor=principal, now=timezone.now())


@router.get(
    "/promise", response=dict[str, date | None], auth=EITHER, operation_id="get_promise_date"
)
def get_promise(request: HttpRequest, sku: Query[list[str]], quantity: Decimal) -> Any:
    """The first day on which the caller's supplier can promise so much of each SKU."""
    principal = principal_of(request)
    supplier = supplier_of(principal.home_id) if principal.home_id else None
    if supplier is None:
        raise NotFound()
    ids = ids_by_code(sku)
    found = promise_dates(supplier, dict.fromkeys(ids.values(), quantity), timezone.localdate())
    return {code: found[pk] for code, pk in ids.items()}


@router.get(
    "/promises", response=list[PromiseOut], auth=require(VIEW_OWN), operation_id="list_promises"
)
def get_promises(request: HttpRequest) -> Any:
    """What the caller's partners were promised from production and still wait for."""
    principal = principal_of(request)
    names = ("ref", "quantity", "first_on", "on")
    return [
        {name: getattr(promise, name) for name in names} | {"sku": promise.sku.code}
        for promise in own_promises(principal.node_ids)
    ]


@router.get("/{line_id}", response=ScheduleOut, auth=require(VIEW), operation_id="get_production")
@versioned(ScheduledProduction)
def get_production(request: HttpRequest, line_id: int) -> Any:
    """One line of the plan."""
    return _line(_found(line_id))


@router.post(
    "/{line_id}/start", response=ScheduleOut, auth=require(CHANGE), operation_id="start_production"
)
def post_start(request: HttpRequest, line_id: int) -> Any:
    """Production has begun."""
    principal = principal_of(request)
    return _line(start_production(_found(line_id), actor=principal, now=timezone.now()))


@router.post(
    "/{line_id}/finish",
    response=ScheduleOut,
    auth=require(CHANGE),
    operation_id="finish_production",
)
def post_finish(request: HttpRequest, line_id: int, body: FinishIn) -> Any:
    """The goods reach the stock; orders that wait for them get them first."""
    principal = principal_of(request)
    line = finish_production(_found(line_id), made=body.made, actor=principal, now=timezone.now())
    return _line(line)


@router.post(
    "/{line_id}/move", response=ScheduleOut, auth=require(CHANGE), operation_id="move_production"
)
def post_move(request: HttpRequest, line_id: int, body: MoveIn) -> Any:
    """Another day: promises move with it, and who was promised is told."""
    principal = principal_of(request)
    line = move_production(_found(line_id), on=body.on, actor=principal, now=timezone.now())
    return _line(line)


def _found(line_id: int) -> ScheduledProduction:
    found = list_schedule().filter(pk=line_id).first()
    if found is None:
        raise NotFound()
    return found


def _line(line: ScheduledProduction) -> dict[str, Any]:
    names = ("id", "on", "quantity", "confirmed", "first_on", "made")
    told = {name: getattr(line, name) for name in names}
    return told | {"sku": line.sku.code, "progress": line.state_on(timezone.localdate())}
