"""Ship: goods leave, credit is committed, the invoice is posted — in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.stock.services import GoodsLine, ship_goods
from yunhe.money.ledger.services import post_invoice
from yunhe.money.ledger.services.matching import CREDIT, credit_key
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.events.outbox import emit
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.compute import compute_part
from yunhe.trade.orders.errors import LinesRefused, NotStocked
from yunhe.trade.orders.events import MovedLine, OrderShipped
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.services.asking import asking_of, part_lines
from yunhe.trade.orders.services.holding import use_up
from yunhe.trade.orders.services.steps import check_right, facts_of, record_moves
from yunhe.trade.orders.transitions import MOVES
from yunhe.trade.promotions.services import use_promotions


def ship_order(
    order: Order,
    *,
    quantities: Mapping[int, Decimal] | None = None,
    actor: Principal,
    now: datetime,
) -> Order:
    """Send goods to the partner: line id -> base units, or everything still open.

    Stock moves from the supplier to the partner's stock in transit, the part's credit turns from
    reserved to committed, and the part is invoiced, all under the shipment's own references. What a
    partner sells is neither our credit nor our invoice.
    Emits OrderShipped. Raises NotAllowed, IllegalMove, LinesRefused, StockShort.
    """
    [order] = lock_orders([order.pk])
    move = MOVES.check(order.status, "ship", number=order.number)
    check_right(order, move.permission, actor=actor)
    check_stocked(order)
    lines = list(order.lines.select_related("sku"))
    parts = _parts(lines, quantities)
    order.shipments += 1
    order.save(update_fields=["shipments"])
    sent = {
        line.pk: _moved(line, parts[line.pk], order.currency) for line in lines if line.pk in parts
    }
    moved = list(sent.values())
    on = timezone.localdate(now)
    _move_goods(order, moved, actor=actor, now=now)
    amount = sum((line.amount for line in moved), Decimal(0))
    if amount and not order.between_partners:
        capacity.commit(CREDIT, order.ref, {credit_key(order.node_id): amount})
        number = f"{order.number}-{order.shipments}"
        post_invoice(
            node_id=order.node_id,
            amount=amount,
            on=on,
            key=f"invoice|{number}",
            number=number,
            ref=order.ref,
            actor=actor,
            now=now,
        )
    shares = {line_id: (line.quantity, line.amount) for line_id, line in sent.items()}
    use_up(order.ref, asking_of(order, part_lines(lines, shares), actor=actor, now=now))
    if any(line.rule.get("promotions") for line in lines):
        use_promotions(order.basket_ref)
    _write_shipped(parts)
    rest = sum((line.open_quantity for line in lines), Decimal(0)) - sum(parts.values(), Decimal(0))
    status = OrderStatus.SHIPPING if rest else OrderStatus.SHIPPED
    record_moves(
        [order], "ship", status, actor=actor, now=now, note=f"{order.number}-{order.shipments}"
    )
    event = OrderShipped(
        **facts_of(order) | {"amount": amount}, shipment=order.shipments, on=on, lines=tuple(moved)
    )
    emit(event, node_id=order.node_id, subject=order.number)
    return order


def check_stocked(order: Order) -> None:
    """Raise NotStocked while the order waits for production."""
    if order.awaiting:
        message = _("Order %(number)s still waits for production.")
        raise NotStocked(message % {"number": order.number})


def _parts(lines: list[OrderLine], quantities: Mapping[int, Decimal] | None) -> dict[int, Decimal]:
    """Line id -> base units to ship now. Raises LinesRefused for too much, or for nothing."""
    if quantities is None:
        parts = {line.pk: line.open_quantity for line in lines}
    else:
        parts = {line.pk: quantities.get(line.pk, Decimal(0)) for line in lines}
    rows = [
        {"row": line.row, "sku_id": line.sku_id, "message": _("More than is open on this line.")}
        for line in lines
        if not 0 <= parts[line.pk] <= line.open_quantity
    ]
    if quantities is not None:
        rows += count_faults(Counted(line.row, line.sku_id, parts[line.pk]) for line in lines)
    if rows:
        raise LinesRefused(_("Some lines cannot be shipped."), rows=rows)
    parts = {line_id: quantity for line_id, quantity in parts.items() if quantity}
    if not parts:
        raise LinesRefused(_("There is nothing to ship."))
    return parts


def _moved(line: OrderLine, part: Decimal, currency: str) -> MovedLine:
    amount = compute_part(line.amount, part, line.base_quantity, line.shipped, currency)
    return MovedLine(row=line.row, sku_id=line.sku_id, quantity=part, amount=amount)


def _move_goods(order: Order, moved: list[MovedLine], *, actor: Principal, now: datetime) -> None:
    ship_goods(
        order.supplier_id,
        order.node_id,
        [
            GoodsLine(sku_id=line.sku_id, quantity=line.quantity, key=str(line.row))
            for line in moved
        ],
        hold=order.ref,
        ref=f"{order.ref}/{order.shipments}",
        on=timezone.localdate(now),
        actor=actor,
        now=now,
    )


def _write_shipped(parts: Mapping[int, Decimal]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_orderline l SET shipped = l.shipped + p.quantity"
            " FROM unnest(%s::bigint[], %s::numeric[]) AS p (id, quantity) WHERE l.id = p.id",
            [list(parts), list(parts.values())],
        )
