"""Orders over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, FilterSchema, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from yunhe.platform.access.principal import Principal
from yunhe.platform.api.bodies import Body
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.api.paging import Page, PageQuery, paginate
from yunhe.platform.errors import NotFound
from yunhe.platform.jobs.queueing import enqueue
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.orders import services
from yunhe.trade.orders.choices import OrderKind, OrderStatus, Source
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.jobs import confirm_batch
from yunhe.trade.orders.models import Order, OrderTemplate
from yunhe.trade.orders.permissions import CONFIRM, VIEW, VIEW_OWN
from yunhe.trade.orders.queries import (
    lines_of,
    list_templates,
    order_for,
    shown_address,
    why_price,
)
from yunhe.trade.orders.transitions import moves_from

router = Router(tags=["orders"])
READ = require_any(VIEW, VIEW_OWN)


class LineIn(Body):
    """One line, by the product's id or code."""

    sku_id: int | None = None
    sku: str | None = Field(None, description="product code, instead of sku_id")
    unit: str
    quantity: Decimal = Field(gt=0, max_digits=16, decimal_places=3)


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
    approval: str
    agreement: str
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
    dropped: Decimal
    replaces_id: int | None


class ShipToOut(Schema):
    """Where the order goes, as it was when it was placed or changed; the phone may be masked."""

    id: int | None
    label: str
    receiver: str
    phone: str
    division: str
    region: str
    street: str


class OrderDetail(OrderOut):
    """An order with its lines and what may be done with it now."""

    ship_to: ShipToOut | None
    lines: list[LineOut]
    actions: list[str]


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
        kind=body.kind,
        reason=body.reason,
        agreement=body.agreement,
        address_id=body.address_id,
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
    return _shown(order_for(order_id), request.auth)  # type: ignore[attr-defined]


class ManyOut(Schema):
    """What a file became: orders written, those submitted, and faults by the file's rows."""

    order_ids: list[int]
    submitted: list[int]
    repeated: int
    faults: list[dict[str, Any]]


class FileIn(Schema):
    """How a file of orders is taken."""

    submit: bool = True
    node_id: int | None = Field(
        None, description="the partner of every row; else a column names it"
    )


@router.post("/file", response={201: ManyOut}, summary="Orders from a CSV or Excel file")
def from_file(request: HttpRequest, file: File[UploadedFile], details: Form[FileIn]) -> Any:
    """All rows are understood or nothing is written (`orders.lines` names the rows). With `submit`,
    orders short of credit or stock stay drafts and are named in `faults`."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
    node_id = details.node_id or (actor.home_id if actor.is_partner else None)
    placed = place_file(
        file.name or "",
        file.read(),
        actor=actor,
        now=timezone.now(),
        node_id=node_id,
        submit=details.submit,
        source=Source.API,
    )
    return Status(201, placed)


class BatchIn(Schema):
    """Which orders to confirm; none named for every submitted one."""

    ids: list[int] = Field(default_factory=list, max_length=10_000)


class BatchOut(Schema):
    """The job that confirms; follow it at /api/v1/jobs/."""

    job: UUID
    orders: int


@router.post("/confirm", response={202: BatchOut}, auth=require(CONFIRM), summary="Confirm many")
def confirm_many(request: HttpRequest, body: BatchIn) -> Any:
    """In the background, some hundred at a time; orders that cannot be confirmed are counted."""
    waiting = Order.objects.filter(status=OrderStatus.SUBMITTED, between_partners=False)
    if body.ids:
        waiting = waiting.filter(pk__in=body.ids)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    run = enqueue(confirm_batch, ids=ids)
    return Status(202, {"job": run.pk, "orders": len(ids)})


class AmendIn(Body):
    """Quantities by line in the line's unit (0 takes it out), and further lines."""

    quantities: list[QuantityIn] = Field(default_factory=list)
    lines: list[LineIn] = Field(default_factory=list, max_length=5000)


class SubstituteIn(Body):
    """Which line gives way to which product."""

    line_id: int
    by: LineIn


class PriceChangeOut(Schema):
    """A line whose price today differs."""

    line_id: int
    row: int
    unit_price: Decimal
    unit_price_today: Decimal
    difference: Decimal


@router.patch("/{int:order_id}/lines", response=OrderDetail, summary="Amend a placed order")
def amend(request: HttpRequest, order_id: int, body: AmendIn) -> Any:
    """Credit, stock and gates then hold exactly what is open; prices of kept lines stay."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
    services.amend_order(
        order_for(order_id),
        quantities={entry.line_id: entry.quantity for entry in body.quantities},
        more=_asked(body.lines),
        actor=actor,
        now=timezone.now(),
    )
    return _shown(order_for(order_id), request.auth)  # type: ignore[attr-defined]


class AddressIn(Body):
    """Which of the partner's addresses."""

    address_id: int


@router.put("/{int:order_id}/address", response=OrderDetail, summary="Send an order elsewhere")
def readdress(request: HttpRequest, order_id: int, body: AddressIn) -> Any:
    """A partner until the order is confirmed, headquarters until everything is shipped."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
    services.change_address(order_for(order_id), body.address_id, actor=actor, now=timezone.now())
    return _shown(order_for(order_id), actor)


@router.post("/{int:order_id}/substitute", response=OrderDetail, summary="Substitute a line")
def substitute(request: HttpRequest, order_id: int, body: SubstituteIn) -> Any:
    """What is open of the line is given up and the other product ordered at today's price."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
    [by] = _asked([body.by])
    services.substitute_line(
        order_for(order_id), body.line_id, by=by, actor=actor, now=timezone.now()
    )
    return _shown(order_for(order_id), request.auth)  # type: ignore[attr-defined]


@router.get(
    "/{int:order_id}/price-changes",
    response=list[PriceChangeOut],
    auth=READ,
    summary="What re-pricing would change",
)
def repricing(request: HttpRequest, order_id: int) -> Any:
    return [
        {
            "line_id": change.line.pk,
            "row": change.line.row,
            "unit_price": change.line.unit_price,
            "unit_price_today": change.unit_price,
            "difference": change.difference,
        }
        for change in services.price_changes(order_for(order_id), now=timezone.now())
    ]


class TemplateOut(Schema):
    """A named set of lines."""

    id: int
    node_id: int
    name: str
    lines: list[dict[str, Any]]


class TemplateIn(Body):
    """Lines to keep under a name."""

    name: str = Field(min_length=1, max_length=80)
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


@router.get("/templates", response=list[TemplateOut], auth=READ, summary="Order templates")
def templates(request: HttpRequest) -> Any:
    return [_template(template) for template in list_templates()]


@router.post("/templates", response={201: TemplateOut}, summary="Save an order template")
def save_template(request: HttpRequest, body: TemplateIn) -> Any:
    """The same name again replaces its lines; the template is the caller's own partner's."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
    saved = services.save_template(
        body.name, _asked(body.lines), node_id=actor.home_id or 0, actor=actor, now=timezone.now()
    )
    return Status(201, _template(saved))


@router.post("/{int:order_id}/{action}", response=OrderDetail, summary="Move an order on")
def act(request: HttpRequest, order_id: int, action: str, body: ActionIn | None = None) -> Any:
    """`action` is one of submit, confirm, ship, close_short, receive, close, reopen, reprice, cancel
    (see `actions` of the order)."""
    actor: Principal = request.auth  # type: ignore[attr-defined]
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
    return _shown(uses[action](), actor)


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


def _template(template: OrderTemplate) -> dict[str, Any]:
    lines = [
        {"sku_id": line.sku_id, "unit": line.unit, "quantity": line.quantity}
        for line in template.lines.all()
    ]
    return {
        "id": template.pk,
        "node_id": template.node_id,
        "name": template.name,
        "lines": lines,
    }


def _shown(order: Order, reader: Principal) -> dict[str, Any]:
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
            "dropped": line.dropped,
            "replaces_id": line.replaces_id,
        }
        for line in lines_of(order)
    ]
    names = OrderOut.model_fields
    return {name: getattr(order, name) for name in names} | {
        "ship_to": shown_address(order, reader),
        "lines": lines,
        "actions": [move.action for move in moves_from(order.status)],
    }
