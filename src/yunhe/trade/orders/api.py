"""Orders over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, FilterSchema, Query, Router, Schema, Status
from pydantic import ConfigDict

from yunhe.platform.access.principal import Principal
from yunhe.platform.api.guards import require_any
from yunhe.platform.api.paging import Page, PageQuery, paginate
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.orders import services
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import VIEW, VIEW_OWN
from yunhe.trade.orders.queries import lines_of, order_for, why_price
from yunhe.trade.orders.transitions import moves_from

router = Router(tags=["orders"])
READ = require_any(VIEW, VIEW_OWN)


class LineIn(Schema):
    """One line, by the product's id or code."""

    model_config = ConfigDict(extra="forbid")

    sku_id: int | None = None
    sku: str | None = Field(None, description="product code, instead of sku_id")
    unit: str
    quantity: Decimal = Field(gt=0, max_digits=16, decimal_places=3)


class OrderIn(Schema):
    """A new order; the partner defaults to the caller's own."""

    model_config = ConfigDict(extra="forbid")

    node_id: int | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=5000)
    submit: bool = Field(False, description="hold credit and stock and hand it to the supplier")
    confirm: bool = Field(False, description="also confirm it, if the caller may")
    key: str = Field("", max_length=100, description="the client's own key; one order per key")
    note: str = Field("", max_length=500)
    wanted_on: date | None = None


class PlacedOut(Schema):
    """What a new order became."""

    id: int
    number: str
    status: str
    node_id: int
    supplier_id: int
    total: Decimal
    currency: str
    repeated: bool


class OrderOut(Schema):
    """An order in a list."""

    id: int
    number: str
    status: str
    node_id: int
    supplier_id: int
    total: Decimal
    currency: str
    line_count: int
    placed_on: date
    created_at: datetime


class LineOut(Schema):
    """A line with its price and why; shipped and received are base units."""

    id: int
    row: int
    sku_id: int
    sku: str
    name: str
    unit: str
    quantity: Decimal
    base_quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    why: str
    shipped: Decimal
    received: Decimal | None


class OrderDetail(OrderOut):
    """An order with its lines and what may be done with it now."""

    lines: list[LineOut]
    actions: list[str]


class QuantityIn(Schema):
    """Base units of one line."""

    line_id: int
    quantity: Decimal = Field(ge=0, max_digits=16, decimal_places=3)


class ActionIn(Schema):
    """What an action may be told: quantities to ship or received, a reason to cancel."""

    model_config = ConfigDict(extra="forbid")

    quantities: list[QuantityIn] | None = None
    reason: str = Field("", max_length=300)


class OrderFilters(FilterSchema):
    """Which orders to list."""

    status: OrderStatus | None = None
    node_id: int | None = None
    placed_from: date | None = Field(None, json_schema_extra={"description": "first day"})
    placed_to: date | None = None

    def filter_placed_from(self, value: date | None) -> Q:
        return _day("gte", value)

    def filter_placed_to(self, value: date | None) -> Q:
        return _day("lte", value)


def _day(operator: str, value: date | None) -> Q:
    return Q(**{f"placed_on__{operator}": value}) if value else Q()


@router.post("/", response={201: PlacedOut, 200: PlacedOut}, summary="Place an order")
def create(request: HttpRequest, body: OrderIn) -> Any:
    """Priced today; with `submit` it holds credit and stock, all or nothing. 200 for a known `key`."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
    placed = services.create_order(
        node_id=body.node_id or actor.home_id or 0,
        lines=_asked(body.lines),
        actor=actor,
        now=timezone.now(),
        submit=body.submit,
        confirm=body.confirm,
        key=body.key,
        note=body.note,
        wanted_on=body.wanted_on,
    )
    out = {
        "id": placed.order_id,
        "number": placed.number,
        "status": placed.status,
        "node_id": placed.node_id,
        "supplier_id": placed.supplier_id,
        "total": placed.total,
        "currency": placed.currency,
        "repeated": placed.repeated,
    }
    return Status(200 if placed.repeated else 201, out)


@router.get("/", response=Page[OrderOut], auth=READ, summary="List orders, newest first")
def listing(request: HttpRequest, filters: Query[OrderFilters], page: Query[PageQuery]) -> Any:
    return paginate(filters.filter(Order.objects.all()), page)


@router.get("/{int:order_id}", response=OrderDetail, auth=READ, summary="One order with its lines")
def detail(request: HttpRequest, order_id: int) -> Any:
    return _shown(order_for(order_id))


@router.post("/{int:order_id}/{action}", response=OrderDetail, summary="Move an order on")
def act(request: HttpRequest, order_id: int, action: str, body: ActionIn | None = None) -> Any:
    """`action` is one of submit, confirm, ship, receive, close, cancel (see `actions` of the order)."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
    told = body or ActionIn(reason="")
    quantities = None
    if told.quantities is not None:
        quantities = {entry.line_id: entry.quantity for entry in told.quantities}
    order, now = order_for(order_id), timezone.now()
    uses: dict[str, Callable[[], object]] = {
        "submit": lambda: services.submit_order(order, actor=actor, now=now),
        "confirm": lambda: services.confirm_order(order, actor=actor, now=now),
        "ship": lambda: services.ship_order(order, quantities=quantities, actor=actor, now=now),
        "receive": lambda: services.receive_order(order, received=quantities, actor=actor, now=now),
        "close": lambda: services.close_order(order, actor=actor, now=now),
        "cancel": lambda: services.cancel_order(order, reason=told.reason, actor=actor, now=now),
    }
    if action not in uses:
        raise NotFound()
    uses[action]()
    return _shown(order_for(order_id))


def _asked(lines: list[LineIn]) -> list[services.NewLine]:
    """Lines with product ids. Raises LinesRefused naming unknown codes."""
    codes = {line.sku for line in lines if line.sku_id is None}
    ids = ids_by_code(code for code in codes if code) if codes else {}
    asked, rows = [], []
    for at, line in enumerate(lines, start=1):
        sku_id = line.sku_id if line.sku_id is not None else ids.get(line.sku or "")
        if sku_id is None:
            rows.append({"row": at, "sku": line.sku, "message": _("No product has this code.")})
        else:
            asked.append(services.NewLine(sku_id, line.unit, line.quantity))
    if rows:
        raise LinesRefused(_("Some lines cannot be ordered."), rows=rows)
    return asked


def _shown(order: Order) -> dict[str, Any]:
    lines = [
        {
            "id": line.pk,
            "row": line.row,
            "sku_id": line.sku_id,
            "sku": line.sku.code,
            "name": line.sku.label,
            "unit": line.unit,
            "quantity": line.quantity,
            "base_quantity": line.base_quantity,
            "unit_price": line.unit_price,
            "amount": line.amount,
            "why": why_price(line),
            "shipped": line.shipped,
            "received": line.received,
        }
        for line in lines_of(order)
    ]
    names = OrderOut.model_fields
    return {name: getattr(order, name) for name in names} | {
        "lines": lines,
        "actions": [move.action for move in moves_from(order.status)],
    }
