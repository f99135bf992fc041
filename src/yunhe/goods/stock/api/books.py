"""Stock over the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yunhe.goods.stock.filters import MovementFilters
from yunhe.goods.stock.models import Lot, Movement, StockBalance
from yunhe.goods.stock.permissions import COUNT, COUNT_OWN, RECORD, VIEW, VIEW_OWN
from yunhe.goods.stock.queries import (
    available,
    differences,
    last_check,
    list_balances,
    list_movements,
    list_shelf_rules,
    lots_on_hand,
)
from yunhe.goods.stock.services import (
    GoodsLine,
    LotLabel,
    ensure_lots,
    pick_fefo,
    receive_goods,
    record_count,
    record_lots,
    set_shelf_life,
)
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.queries import ids_by_code

router = Router(tags=["stock"])
EITHER = require_any(VIEW, VIEW_OWN)
MAX_LINES = 10_000


class BalanceFilter(PageQuery):
    node_id: int | None = None
    sku: str = ""
    status: str = ""


class ReadLotIn(Schema):
    """A lot as its label says; `quantity` base units of it lie there."""

    sku: str
    lot: str = Field(min_length=1, max_length=40)
    quantity: Decimal = Field(ge=0, max_digits=16, decimal_places=3)
    produced_on: date | None = None
    expires_on: date | None = None


class LotsIn(Schema):
    """The same `ref` is written once."""

    node_id: int
    ref: str = Field(min_length=1, max_length=60)
    on: date
    lines: list[ReadLotIn] = Field(min_length=1, max_length=MAX_LINES)


class ShelfLifeIn(Schema):
    node_id: int
    days: int = Field(ge=0, le=3650, description="0 removes the rule")


class ShelfLifeOut(Schema):
    node_id: int
    days: int


class BalanceOut(Schema):
    node_id: int
    sku: str
    status: str
    quantity: Decimal = Field(description="Base units")
    moved_on: date | None
    recorded_at: datetime | None


class MovementOut(Schema):
    id: int
    on: date
    reason: str
    sku: str
    quantity: Decimal
    source_id: int | None
    source_status: str
    target_id: int | None
    target_status: str
    ref: str
    lot: str = ""
    recorded_at: datetime


class LineIn(Schema):
    sku: str
    quantity: Decimal = Field(ge=0, max_digits=16, decimal_places=3, description="Base units")


class LotLineIn(LineIn):
    lot: str = Field("", max_length=40)
    produced_on: date | None = None
    expires_on: date | None = Field(None, description="The last good day")


class LinesIn(Schema):
    """Lines of one document; the same `ref` is recorded once."""

    node_id: int
    ref: str = Field(min_length=1, max_length=60)
    on: date
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)


class ReceiptIn(LinesIn):
    lines: list[LotLineIn] = Field(min_length=1, max_length=MAX_LINES)  # type: ignore[assignment]


class LotOut(Schema):
    node_id: int
    sku: str
    lot: str
    produced_on: date | None
    expires_on: date | None
    quantity: Decimal


class PickOut(Schema):
    sku: str
    lot: str
    expires_on: date | None
    quantity: Decimal


class PickIn(Schema):
    node_id: int
    receiver_id: int | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)


class CheckOut(Schema):
    at: datetime
    balances: int
    movements: int
    differences: int


class CountIn(LinesIn):
    opening: bool = False


class DifferenceOut(Schema):
    node_id: int
    sku_id: int
    status: str
    balance: Decimal
    moved: Decimal


@router.get("/balances", response=Page[BalanceOut], auth=EITHER, operation_id="list_stock")
def get_balances(request: HttpRequest, asked: Query[BalanceFilter]) -> Any:
    """What is where, in scope; zero balances are left out."""
    rows = list_balances()
    filters = {"node_id": asked.node_id, "sku__code": asked.sku, "status": asked.status}
    rows = rows.filter(**{name: value for name, value in filters.items() if value})
    return paginate(rows, asked, by="id", show=_balance)


@router.get("/movements", response=Page[MovementOut], auth=EITHER, operation_id="list_movements")
@filtered(MovementFilters)
def get_movements(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Movements in scope, the latest first."""
    return paginate(narrow(list_movements(), request), asked, by="-id", show=_movement)


@router.get("/available", response=dict[str, Decimal], auth=EITHER, operation_id="get_available")
def get_available(request: HttpRequest, node_id: int, sku: Query[list[str]]) -> Any:
    """Base units by SKU code that may still be promised or sold at a place in scope."""
    _node(request, node_id)
    ids = ids_by_code(sku)
    left = available(node_id, ids.values())
    return {code: left[pk] for code, pk in ids.items()}


@router.post("/receipts", response=int, auth=require(RECORD), operation_id="receive_goods")
def post_receipt(request: HttpRequest, body: ReceiptIn) -> Any:
    """Take goods from outside into a place; answers the lines recorded now."""
    ids = _ids(body.lines)
    labels = [
        LotLabel(
            sku_id=ids[line.sku],
            code=line.lot,
            produced_on=line.produced_on,
            expires_on=line.expires_on,
        )
        for line in body.lines
        if line.lot
    ]
    lots = ensure_lots(labels, actor=principal_of(request)) if labels else {}
    lines = [
        GoodsLine(
            sku_id=ids[line.sku],
            quantity=line.quantity,
            key=str(at),
            lot_id=lots.get((ids[line.sku], line.lot)),
        )
        for at, line in enumerate(body.lines)
    ]
    return receive_goods(
        _node(request, body.node_id).pk,
        lines,
        ref=body.ref,
        on=body.on,
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.post(
    "/counts",
    response=dict[str, Decimal],
    auth=require_any(COUNT, COUNT_OWN),
    operation_id="record_count",
)
def post_count(request: HttpRequest, body: CountIn) -> Any:
    """Bring available stock to what was counted; answers the differences by SKU code."""
    ids = _ids(body.lines)
    counts = {ids[line.sku]: line.quantity for line in body.lines}
    written = record_count(
        _node(request, body.node_id).pk,
        counts,
        ref=body.ref,
        on=body.on,
        opening=body.opening,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return {code: written[pk] for code, pk in ids.items() if pk in written}


@router.get("/check", response=list[DifferenceOut], auth=require(VIEW), operation_id="check_stock")
def get_check(request: HttpRequest) -> Any:
    """Balances that differ from the sum of their movements: always empty."""
    return differences()


@router.get("/lots", response=list[LotOut], auth=EITHER, operation_id="list_lots")
def get_lots(request: HttpRequest, node_id: int) -> Any:
    """Lots presumed to lie available at a place in scope, first to expire first."""
    node = _node(request, node_id)
    return [
        {
            "node_id": row.node.pk,
            "sku": row.sku.code,
            "lot": row.lot,
            "produced_on": row.produced_on,
            "expires_on": row.expires_on,
            "quantity": row.quantity,
        }
        for row in lots_on_hand(on=timezone.localdate(), node_ids=[node.pk])
    ]


@router.post("/lots", response=int, auth=require(COUNT), operation_id="record_lots")
def post_lots(request: HttpRequest, body: LotsIn) -> Any:
    """Which lots lie at a place, as read off the labels; quantities stay. Answers the movements."""
    node, ids, actor = _node(request, body.node_id), _ids(body.lines), principal_of(request)
    labels = [
        LotLabel(
            sku_id=ids[line.sku],
            code=line.lot,
            produced_on=line.produced_on,
            expires_on=line.expires_on,
        )
        for line in body.lines
    ]
    lots = ensure_lots(labels, actor=actor)
    counted: dict[int, dict[int, Decimal]] = {}
    for line in body.lines:
        found = counted.setdefault(ids[line.sku], {})
        lot_id = lots[ids[line.sku], line.lot]
        found[lot_id] = found.get(lot_id, Decimal(0)) + line.quantity
    now = timezone.now()
    if body.on > timezone.localdate(now):
        raise DomainError(_("The date lies in the future."), code="stock.future", field="on")
    return record_lots(node.pk, counted, ref=body.ref, on=body.on, actor=actor, now=now)


@router.get("/shelf-life", response=list[ShelfLifeOut], auth=require(VIEW),
            operation_id="list_shelf_life_rules")  # fmt: skip
def get_shelf_life(request: HttpRequest) -> Any:
    """How many good days goods must have left when they are shipped, by node in scope."""
    return list_shelf_rules()


@router.put("/shelf-life", response=ShelfLifeOut | None, auth=require(RECORD),
            operation_id="set_shelf_life_rule")  # fmt: skip
def put_shelf_life(request: HttpRequest, body: ShelfLifeIn) -> Any:
    """Set a node's rule, which holds for everybody below without one of their own; 0 removes it."""
    node = _node(request, body.node_id)
    set_shelf_life(node, body.days, actor=principal_of(request))
    return list_shelf_rules().filter(node=node).first()


@router.post("/picks", response=list[PickOut], auth=require(RECORD), operation_id="pick_fefo")
def post_picks(request: HttpRequest, body: PickIn) -> Any:
    """Which lots to take at a place, first expired first out; nothing is moved."""
    ids = _ids(body.lines)
    codes = {pk: code for code, pk in ids.items()}
    wanted: dict[int, Decimal] = {}
    for line in body.lines:
        wanted[ids[line.sku]] = wanted.get(ids[line.sku], Decimal(0)) + line.quantity
    node = _node(request, body.node_id)
    picks = pick_fefo(node.pk, wanted, receiver=body.receiver_id, on=timezone.localdate())
    lots = Lot.objects.in_bulk({p.lot_id for found in picks.values() for p in found if p.lot_id})
    return [
        {
            "sku": codes[sku_id],
            "lot": lots[pick.lot_id].code if pick.lot_id else "",
            "expires_on": lots[pick.lot_id].expires_on if pick.lot_id else None,
            "quantity": pick.quantity,
        }
        for sku_id, found in picks.items()
        for pick in found
    ]


@router.get("/check/last", response=CheckOut | None, auth=require(VIEW), operation_id="last_check")
def get_last_check(request: HttpRequest) -> Any:
    """When balances were last compared with the movements, everywhere, and what was found."""
    return last_check()


def _node(request: HttpRequest, node_id: int) -> Node:
    """A node that the caller holds (not one above it). Raises NotFound."""
    principal = principal_of(request)
    node = Node.objects.filter(pk=node_id).first()
    held = node is not None and (
        principal.wide or any(f"{node.path}.".startswith(f"{g.path}.") for g in principal.held)
    )
    if node is None or not held:
        raise NotFound()
    return node


def _ids(lines: Sequence[LineIn | ReadLotIn]) -> dict[str, int]:
    ids = ids_by_code(line.sku for line in lines)
    message = str(NotFound().message)
    faults = [
        {"row": at, "sku": line.sku, "message": message}
        for at, line in enumerate(lines, start=1)
        if line.sku not in ids
    ]
    if faults:
        raise DomainError(message, code="stock.unknown_sku", rows=faults)
    return ids


def _balance(balance: StockBalance) -> dict[str, Any]:
    names = ("node_id", "status", "quantity", "moved_on", "recorded_at")
    return {name: getattr(balance, name) for name in names} | {"sku": balance.sku.code}


def _movement(movement: Movement) -> dict[str, Any]:
    names = (
        "id", "on", "reason", "quantity", "source_id", "source_status", "target_id",
        "target_status", "ref", "recorded_at",
    )  # fmt: skip
    return {name: getattr(movement, name) for name in names} | {
        "sku": movement.sku.code,
        "lot": movement.lot.code if movement.lot else "",
    }
