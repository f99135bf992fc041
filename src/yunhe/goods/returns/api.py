"""Returns over the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from yunhe.goods.returns.choices import SEND_DAYS, Period
from yunhe.goods.returns.filters import ReturnFilters
from yunhe.goods.returns.models import MOST_SEND_DAYS, Return, ReturnLine, RotationRight
from yunhe.goods.returns.permissions import APPROVE, ASK, INSPECT, RIGHTS, SUPPLY, VIEW, VIEW_OWN
from yunhe.goods.returns.queries import (
    lines_of,
    list_returns,
    list_rights,
    return_for,
    right_for,
    room_of,
)
from yunhe.goods.returns.services import (
    AskedLine,
    Finding,
    RightChange,
    RightTerms,
    ask_supplier,
    change_right,
    grant_right,
    inspect_return,
    move_return,
    request_return,
)
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.models import Brand, Category
from yunhe.trade.catalog.queries import ids_by_code

router = Router(tags=["returns"])
EITHER = require_any(VIEW, VIEW_OWN)


class LineIn(Schema):
    sku: str
    quantity: Decimal = Field(gt=0, max_digits=16, decimal_places=3, description="Base units")


class ReturnIn(Schema):
    """Without a right the caller asks the dealer that supplies it."""

    right_id: int | None = None
    reason: str = Field(min_length=1, max_length=300)
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


class FoundIn(Schema):
    damaged: Decimal = Field(Decimal(0), ge=0)
    refused: Decimal = Field(Decimal(0), ge=0)


class InspectionIn(Schema):
    lines: dict[int, FoundIn] = Field({}, description="Line id → what was found; others are good")


class RightIn(Schema):
    """What a contract allows: percent of the purchases of a period, of a brand or category or all."""

    model_config = ConfigDict(extra="forbid")

    node_id: int
    contract: str = Field(min_length=1, max_length=60)
    percent: Decimal = Field(gt=0, le=100, decimal_places=2)
    damaged_percent: Decimal = Field(Decimal(0), ge=0, le=100, decimal_places=2)
    send_days: int = Field(
        SEND_DAYS,
        ge=1,
        le=MOST_SEND_DAYS,
        description="An approved return not sent within them ends",
    )
    period: Period = Period.QUARTER
    brand: str = Field("", description="Code; all brands when blank")
    category: str = Field("", description="Code; all categories when blank")
    valid_from: date
    valid_to: date | None = None


class RightChangeIn(Schema):
    """What of a right may change; a last day ends it."""

    model_config = ConfigDict(extra="forbid")

    contract: str = Field(min_length=1, max_length=60)
    percent: Decimal = Field(gt=0, le=100, decimal_places=2)
    damaged_percent: Decimal = Field(ge=0, le=100, decimal_places=2)
    send_days: int = Field(ge=1, le=MOST_SEND_DAYS)
    valid_to: date | None


class RightOut(Schema):
    id: int
    node_id: int
    contract: str
    percent: Decimal
    damaged_percent: Decimal
    send_days: int
    period: str
    brand: str = Field(description="Code; blank: all brands")
    category: str = Field(description="Code; blank: all categories")
    valid_from: date
    valid_to: date | None


class RightRoomOut(RightOut):
    """With what it allows in the running period."""

    purchases: Decimal
    limit: Decimal
    left: Decimal


class ReturnLineOut(Schema):
    id: int
    sku: str
    quantity: Decimal
    unit_price: Decimal
    good: Decimal | None
    damaged: Decimal | None
    refused: Decimal | None


class ReturnOut(Schema):
    id: int
    number: str
    node_id: int
    supplier_id: int
    status: str
    asked: Decimal
    credited: Decimal | None
    send_by: date | None
    lines: list[ReturnLineOut] = []


@router.get("/rights", response=Page[RightOut], auth=EITHER, operation_id="list_return_rights")
def get_rights(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Rights of return in scope."""
    return paginate(list_rights().order_by("pk"), asked, by="id", show=_right)


@router.post("/rights", response={201: RightOut}, auth=require(RIGHTS),
             operation_id="grant_return_right")  # fmt: skip
def post_right(request: HttpRequest, body: RightIn) -> Any:
    """Let a partner return a percentage of its purchases."""
    given = body.dict(exclude={"node_id", "brand", "category"})
    terms = RightTerms(
        **given,
        brand=_named(Brand, body.brand, "brand"),
        category=_named(Category, body.category, "category"),
    )
    node = node_for(body.node_id, field="node_id")
    return Status(201, _right(grant_right(node, terms, actor=principal_of(request))))


@router.get("/rights/{int:right_id}", response=RightRoomOut, auth=EITHER,
            operation_id="get_return_right")  # fmt: skip
@versioned(RotationRight)
def get_right(request: HttpRequest, right_id: int) -> Any:
    """A right, what it allows in the running period and what is left of it."""
    return _right_with_room(right_for(right_id))


@router.put("/rights/{int:right_id}", response=RightRoomOut, auth=require(RIGHTS),
            operation_id="change_return_right")  # fmt: skip
def put_right(request: HttpRequest, right_id: int, body: RightChangeIn) -> Any:
    """Correct a right, or end it by its last day; what was asked before stays as it was."""
    change = RightChange(**body.dict())
    return _right_with_room(change_right(right_for(right_id), change, actor=principal_of(request)))


@router.get("/", response=Page[ReturnOut], auth=EITHER, operation_id="list_returns")
@filtered(ReturnFilters)
def get_returns(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Returns in scope, without lines, the latest first."""
    return paginate(narrow(list_returns(), request), asked, by="-id", show=_head)


@router.get("/{int:return_id}", response=ReturnOut, auth=EITHER, operation_id="get_return")
@versioned(Return, ReturnLine.document)
def get_return(request: HttpRequest, return_id: int) -> Any:
    """A return with its lines."""
    return _whole(return_for(return_id))


@router.post("/", response=ReturnOut, auth=require(ASK), operation_id="request_return")
def post_return(request: HttpRequest, body: ReturnIn) -> Any:
    """Ask to send goods back under a right, or to the dealer that supplies the caller."""
    ids = ids_by_code(line.sku for line in body.lines)
    message = str(NotFound().message)
    faults = [
        {"row": at, "sku": line.sku, "message": message}
        for at, line in enumerate(body.lines, start=1)
        if line.sku not in ids
    ]
    right = None if body.right_id is None else right_for(body.right_id)
    if faults:
        raise DomainError(message, code="returns.unknown_sku", rows=faults)
    lines = [AskedLine(sku_id=ids[line.sku], quantity=line.quantity) for line in body.lines]
    told: dict[str, Any] = {"reason": body.reason, "actor": principal_of(request)}
    if right is None:
        return _whole(ask_supplier(lines, **told, now=timezone.now()))
    return _whole(request_return(right, lines, **told, now=timezone.now()))


@router.post(
    "/{int:return_id}/inspection",
    response=ReturnOut,
    auth=require_any(INSPECT, SUPPLY),
    operation_id="inspect_return",
)
def post_inspection(request: HttpRequest, return_id: int, body: InspectionIn) -> Any:
    """Record what was found, and settle."""
    findings = {
        pk: Finding(damaged=found.damaged, refused=found.refused)
        for pk, found in body.lines.items()
    }
    document = inspect_return(
        return_for(return_id), findings, actor=principal_of(request), now=timezone.now()
    )
    return _whole(document)


@router.post(
    "/{int:return_id}/{action}",
    response=ReturnOut,
    auth=require_any(ASK, APPROVE, SUPPLY),
    operation_id="move_return",
)
def post_step(
    request: HttpRequest, return_id: int, action: Literal["approve", "reject", "cancel", "ship"]
) -> Any:
    """Approve, reject or cancel a request, or send approved goods back."""
    document = move_return(
        return_for(return_id), action, actor=principal_of(request), now=timezone.now()
    )
    return _whole(document)


def _right(right: RotationRight) -> dict[str, Any]:
    named = {"brand", "category"}
    shown = {name: getattr(right, name) for name in RightOut.model_fields if name not in named}
    return shown | {
        "brand": right.brand.code if right.brand else "",
        "category": right.category.code if right.category else "",
    }


def _right_with_room(right: RotationRight) -> dict[str, Any]:
    return _right(right) | asdict(room_of(right, timezone.localdate()))


def _named(model: Any, code: str, field: str) -> Any:
    """The brand or category with a code; None for no code. Raises NotFound."""
    if not code:
        return None
    found = model.objects.filter(code=code).first()
    if found is None:
        raise NotFound(field=field)
    return found


def _head(document: Return) -> dict[str, Any]:
    names = ("id", "number", "node_id", "supplier_id", "status", "asked", "credited", "send_by")
    return {name: getattr(document, name) for name in names}


def _whole(document: Return) -> dict[str, Any]:
    names = ("id", "quantity", "unit_price", "good", "damaged", "refused")
    lines = [
        {name: getattr(line, name) for name in names} | {"sku": line.sku.code}
        for line in lines_of(document)
    ]
    return _head(document) | {"lines": lines}
