"""What orders look like over the API, and the lines that requests give."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from ninja import Field, Schema

from yunhe.platform.access.principal import Principal
from yunhe.platform.api.bodies import Body
from yunhe.platform.api.guards import require_any
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.orders import services
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import VIEW, VIEW_OWN
from yunhe.trade.orders.queries import gift_remarks, lines_of, shown_address, why_price
from yunhe.trade.orders.transitions import MOVES

READ = require_any(VIEW, VIEW_OWN)


class LineIn(Body):
    """One line, by the product's id or code."""

    sku_id: int | None = None
    sku: str | None = Field(None, description="product code, instead of sku_id")
    unit: str
    quantity: Decimal = Field(gt=0, max_digits=16, decimal_places=3)


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
    choices: dict[int, list[int]] = Field(description="Gifts picked: promotion's id to positions")
    remarks: list[str] = Field(description="Gifts replaced, free goods short")
    lines: list[LineOut]
    actions: list[str]


def asked_lines(lines: list[LineIn]) -> list[services.NewLine]:
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


def show_order(order: Order, reader: Principal) -> dict[str, Any]:
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
        "choices": order.choices,
        "remarks": gift_remarks(order),
        "lines": lines,
        "actions": [move.action for move in MOVES.offered(order.status)],
    }
