"""Push a confirmed order to the supplier's system of its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from yunhe.platform.connectors.services import Outgoing, queue_message
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.purchasing.choices import PurchaseState
from yunhe.trade.purchasing.compute import PurchaseLine as Line
from yunhe.trade.purchasing.models import PurchaseLine, PurchaseOrder, SupplierLink
from yunhe.trade.purchasing.services.writing import order_document

PUSHED = (OrderStatus.CONFIRMED,)


def ensure_purchase(order: Order, *, now: datetime) -> PurchaseOrder | None:
    """The purchase order of a confirmed order whose place another system serves; None for others.

    Its number is ours, so a repetition is the same purchase order here and there; an order confirmed anew after
    its purchase order was cancelled gets another. Runs under the owner role (a listener).
    """
    link = SupplierLink.objects.filter(node_id=order.supplier_id, active=True).first()
    if link is None or order.status not in PUSHED:
        return None
    earlier = PurchaseOrder.objects.filter(order=order).order_by("pk")
    for known in earlier:
        if known.state != PurchaseState.CANCELLED:
            return known
    lines = [line for line in order.lines.select_related("sku") if line.open_quantity]
    number = f"PO-{order.number}" + (f"-{len(earlier) + 1}" if earlier else "")
    message = queue_message(
        Outgoing(
            node_id=order.supplier_id,
            connector=link.connector,
            kind="x12.850",
            key=number,
            subject=number,
            body=order_document(order, number, _wanted(lines), account=link.account, now=now),
            url=order.get_absolute_url(),
            thread=number,
        ),
        now=now,
    )
    purchase = PurchaseOrder.objects.create(
        order=order,
        node_id=order.supplier_id,
        number=number,
        connector=link.connector,
        message=message,
        created_at=now,
    )
    PurchaseLine.objects.bulk_create(
        purchase_line(purchase, line, row=line.row, quantity=line.quantity) for line in lines
    )
    return purchase


def _wanted(lines: Sequence[OrderLine]) -> list[Line]:
    return [
        Line(line.row, line.sku.code, line.quantity, line.unit, line.unit_price) for line in lines
    ]


def purchase_line(
    purchase: PurchaseOrder, line: OrderLine, *, row: int, quantity: Decimal
) -> PurchaseLine:
    """A line of the purchase order for a line of the order, not yet written."""
    return PurchaseLine(
        purchase=purchase,
        line=line,
        sku_id=line.sku_id,
        unit=line.unit,
        row=row,
        quantity=quantity,
    )
