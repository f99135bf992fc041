"""Receive: what arrived becomes the partner's stock, what did not is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.services import GoodsLine, MovementLine, record_movements, take_delivery
from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import Conflict, NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.compute import compute_part
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.events import MovedLine, OrderReceived
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.permissions import CLOSE
from yunhe.trade.orders.services.steps import facts_of, record_moves, sells
from yunhe.trade.orders.transitions import MOVES


def receive_order(
    order: Order,
    *,
    received: Mapping[int, Decimal] | None = None,
    at_door: bool = False,
    actor: Principal,
    now: datetime,
) -> Order:
    """Take delivery: line id -> base units that arrived; lines not named arrived in full.

    Goods in transit become available at the partner; missing ones leave transit as a loss and stay
    on record until they are credited. Emits OrderReceived. Raises NotAllowed, IllegalMove,
    LinesRefused (more than was shipped). The partner that sells cannot receive for its
    buyer, unless the buyer's person takes the goods from its driver (`at_door`).
    """
    [order] = lock_orders([order.pk])
    move = MOVES.check(order.status, "receive", number=order.number)
    actor.check(move.permission)
    if sells(order, actor) and not at_door:
        raise NotAllowed(_("Only who ordered the goods can say what arrived."))
    lines = list(order.lines.all())
    found = _found(lines, received or {})
    arrived = [_arrived(line, found[line.pk], order.currency) for line in lines if found[line.pk]]
    missing = [
        _missing(line, found[line.pk], order.currency)
        for line in lines
        if found[line.pk] < line.shipped
    ]
    _move_goods(order, arrived, missing, actor=actor, now=now)
    _write_received(found)
    record_moves([order], "receive", OrderStatus.RECEIVED, actor=actor, now=now)
    event = OrderReceived(
        **facts_of(order), on=timezone.localdate(now), lines=tuple(arrived), missing=tuple(missing)
    )
    emit(event, node_id=order.node_id, subject=order.number)
    return order


def credit_missing(order: Order, *, actor: Principal, now: datetime) -> Decimal:
    """Credit the partner for what did not arrive; the amount. Repeating it changes nothing.

    Raises NotAllowed, Conflict when nothing is missing.
    """
    actor.check(CLOSE)
    [order] = lock_orders([order.pk])
    lines = [line for line in order.lines.all() if line.difference]
    if order.between_partners:
        raise Conflict(_("A partner sold these goods: it credits them."), code="orders.not_ours")
    if not lines:
        raise Conflict(_("Nothing is missing from this order."), code="orders.nothing_missing")
    missing = [_missing(line, line.received or Decimal(0), order.currency) for line in lines]
    amount = sum((line.amount for line in missing), Decimal(0))
    entry = NewEntry(
        node_id=order.node_id,
        kind=EntryKind.CREDIT_NOTE,
        amount=amount,
        on=timezone.localdate(now),
        key=f"missing|{order.number}",
        number=f"{order.number}-C",
        ref=order.ref,
    )
    post([entry], actor=actor, now=now)
    return amount


def _found(lines: Sequence[OrderLine], received: Mapping[int, Decimal]) -> dict[int, Decimal]:
    found = {line.pk: received.get(line.pk, line.shipped) for line in lines}
    rows = [
        {
            "row": line.row,
            "sku_id": line.sku_id,
            "message": _("Received must be between 0 and what was shipped."),
        }
        for line in lines
        if not 0 <= found[line.pk] <= line.shipped
    ]
    rows += count_faults(
        Counted(line.row, line.sku_id, found[line.pk]) for line in lines if line.pk in received
    )
    if rows:
        raise LinesRefused(_("Some lines cannot be received as entered."), rows=rows)
    return found


def _arrived(line: OrderLine, quantity: Decimal, currency: str) -> MovedLine:
    """What arrived counts from the beginning of the line."""
    amount = compute_part(line.amount, quantity, line.base_quantity, Decimal(0), currency)
    return MovedLine(row=line.row, sku_id=line.sku_id, quantity=quantity, amount=amount)


def _missing(line: OrderLine, received: Decimal, currency: str) -> MovedLine:
    """What is missing counts from where the arrived part ends, so that both sum to the line."""
    quantity = line.shipped - received
    amount = compute_part(line.amount, quantity, line.base_quantity, received, currency)
    return MovedLine(row=line.row, sku_id=line.sku_id, quantity=quantity, amount=amount)


def _move_goods(
    order: Order,
    arrived: Sequence[MovedLine],
    missing: Sequence[MovedLine],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    on = timezone.localdate(now)
    goods = [
        GoodsLine(sku_id=line.sku_id, quantity=line.quantity, key=str(line.row)) for line in arrived
    ]
    take_delivery(order.node_id, goods, ref=order.ref, on=on, actor=actor, now=now)
    losses = [
        MovementLine(
            sku_id=line.sku_id,
            quantity=line.quantity,
            reason=Reason.LOSS,
            key=f"{order.ref}|missing|{line.row}",
            source=order.node_id,
            source_status=StockStatus.IN_TRANSIT,
            ref=order.ref,
        )
        for line in missing
    ]
    record_movements(losses, on=on, actor=actor, now=now)


def _write_received(found: Mapping[int, Decimal]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_orderline l SET received = r.quantity"
            " FROM unnest(%s::bigint[], %s::numeric[]) AS r (id, quantity) WHERE l.id = r.id",
            [list(found), list(found.values())],
        )
