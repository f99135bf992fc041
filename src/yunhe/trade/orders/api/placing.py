"""Orders: place, list, read, and move on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Router, Schema, Status
from pydantic import NonNegativeInt, PositiveInt

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.bodies import Body
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.orders import services
from yunhe.trade.orders.api.shown import (
    READ,
    LineIn,
    OrderDetail,
    OrderOut,
    asked_lines,
    show_order,
)
from yunhe.trade.orders.choices import OrderKind, OrderStatus
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import order_for

router = Router(tags=["orders"])
moves = Router(tags=["orders"])


class OrderIn(Body):
    """A new order; the partner defaults to the caller's own."""

    node_id: int | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=5000)
    submit: bool = Field(False, description="hold credit and stock and hand it to the supplier")
    confirm: bool = Field(False, description="also confirm it, if the caller may")
    key: str = Field("", max_length=100, description="the client's own key; one order per key")
    note: str = Field("", max_length=500)
    wanted_on: date | None = None
    kind: OrderKind = OrderKind.STANDARD
    reason: str = Field("", max_length=300, description="needed for gifts and samples")
    agreement: str = Field("", max_length=20, description="number of a blanket order to draw on")
    address_id: int | None = Field(None, description="delivery address; default: the partner's own")
    choices: dict[PositiveInt, list[NonNegativeInt]] = Field(
        {},
        description="Gifts picked: promotion's id to positions in its rule (see `try_basket`); the first in "
        "stock when none is, and a choice that does not apply counts for nothing",
    )


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


class QuantityIn(Schema):
    """Base units of one line."""

    line_id: int
    quantity: Decimal = Field(ge=0, max_digits=16, decimal_places=3)


class ActionIn(Body):
    """What an action may be told: quantities to ship or received, a reason to cancel."""

    quantities: list[QuantityIn] | None = None
    reason: str = Field("", max_length=300)


class OrderFilters(FilterSchema):
    """Which orders to list."""

    agreement: str | None = None
    status: OrderStatus | None = None
    node_id: int | None = None
    supplier_id: int | None = None
    between_partners: bool | None = None
    placed_from: date | None = Field(None, json_schema_extra={"description": "first day"})
    placed_to: date | None = None

    def filter_placed_from(self, value: date | None) -> Q:
        return _day("gte", value)

    def filter_placed_to(self, value: date | None) -> Q:
        return _day("lte", value)


def _day(operator: str, value: date | None) -> Q:
    return Q(**{f"placed_on__{operator}": value}) if value else Q()


@router.post(
    "/",
    response={201: PlacedOut, 200: PlacedOut},
    summary="Place an order",
    operation_id="place_order",
)
def create(request: HttpRequest, body: OrderIn) -> Any:
    """Priced today; with `submit` it holds credit and stock, all or nothing. 200 for a known `key`."""
    actor = principal_of(request)
    placed = services.create_order(
        node_id=body.node_id or actor.home_id or 0,
        lines=asked_lines(body.lines),
        actor=actor,
        now=timezone.now(),
        submit=body.submit,
        confirm=body.confirm,
        key=body.key,
        note=body.note,
        wanted_on=body.wanted_on,
        kind=body.kind,
        reason=body.reason,
        agreement=body.agreement,
        address_id=body.address_id,
        choices=body.choices,
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


@router.get(
    "/",
    response=Page[OrderOut],
    auth=READ,
    summary="List orders, newest first",
    operation_id="list_orders",
)
def listing(request: HttpRequest, filters: Query[OrderFilters], page: Query[PageQuery]) -> Any:
    return paginate(filters.filter(Order.objects.all()), page)


@router.get(
    "/{int:order_id}",
    response=OrderDetail,
    auth=READ,
    summary="One order with its lines",
    operation_id="get_order",
)
@versioned(Order, OrderLine.order)
def detail(request: HttpRequest, order_id: int) -> Any:
    return show_order(order_for(order_id), principal_of(request))


@router.post(
    "/{int:order_id}/copy",
    response={201: OrderDetail},
    summary="Copy an order into a new draft",
    operation_id="copy_order",
)
def copy(request: HttpRequest, order_id: int) -> Any:
    """Priced today, of the same kind and under the same agreement; it holds nothing."""
    actor = principal_of(request)
    draft = services.copy_order(order_for(order_id), actor=actor, now=timezone.now())
    return Status(201, show_order(draft, actor))


@moves.post(
    "/{int:order_id}/{action}",
    response=OrderDetail,
    summary="Move an order on",
    operation_id="move_order",
)
def act(request: HttpRequest, order_id: int, action: str, body: ActionIn | None = None) -> Any:
    """`action` is one of submit, confirm, ship, close_short, receive, close, reopen, reprice, cancel
    (see `actions` of the order)."""
    actor = principal_of(request)
    told = body or ActionIn(reason="")
    quantities = None
    if told.quantities is not None:
        quantities = {entry.line_id: entry.quantity for entry in told.quantities}
    order, now = order_for(order_id), timezone.now()
    uses: dict[str, Callable[[], Order]] = {
        "submit": lambda: services.submit_order(order, actor=actor, now=now),
        "confirm": lambda: services.confirm_order(order, actor=actor, now=now),
        "ship": lambda: services.ship_order(order, quantities=quantities, actor=actor, now=now),
        "receive": lambda: services.receive_order(order, received=quantities, actor=actor, now=now),
        "close": lambda: services.close_order(order, actor=actor, now=now),
        "close_short": lambda: services.close_short(order, actor=actor, now=now),
        "reopen": lambda: services.reopen_order(order, actor=actor, now=now),
        "reprice": lambda: services.reprice_order(order, actor=actor, now=now),
        "cancel": lambda: services.cancel_order(order, reason=told.reason, actor=actor, now=now),
    }
    if action not in uses:
        raise NotFound()
    return show_order(uses[action](), actor)
