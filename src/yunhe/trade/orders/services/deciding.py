"""Confirm, cancel, close."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import Emission, emit, emit_all
from yunhe.trade.orders.choices import HOLDING, Approval, OrderStatus
from yunhe.trade.orders.errors import NeedsApproval
from yunhe.trade.orders.events import OrderCancelled, OrderClosed, OrderConfirmed
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services.approving import drop_approval
from yunhe.trade.orders.services.family import (
    family_of,
    hold_family,
    lock_family,
    recount_family,
    settle_siblings,
)
from yunhe.trade.orders.services.holding import let_go
from yunhe.trade.orders.services.steps import check_right, facts_of, record_moves, sells
from yunhe.trade.orders.transitions import MOVES


def confirm_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Promise the goods. Emits OrderConfirmed. Raises NotAllowed, IllegalMove, NeedsApproval."""
    return confirm_orders([order.pk], actor=actor, now=now)[0]


def confirm_orders(ids: Iterable[int], *, actor: Principal, now: datetime) -> list[Order]:
    """Confirm all of them or none; three statements for any number. As `confirm_order`."""
    orders = lock_orders(ids)
    for order in orders:
        check_right(order, MOVES["confirm"].permission, actor=actor)
        MOVES.check(order.status, "confirm", number=order.number)
        if order.approval == Approval.PENDING:
            message = _("Order %(number)s is still waiting for approval.")
            raise NeedsApproval(message % {"number": order.number})
    record_moves(orders, "confirm", OrderStatus.CONFIRMED, actor=actor, now=now)
    emit_all(
        Emission(OrderConfirmed(**facts_of(order)), order.node_id, order.number) for order in orders
    )
    return orders


def cancel_order(order: Order, *, reason: str, actor: Principal, now: datetime) -> Order:
    """Cancel before anything was shipped; credit and stock go back exactly as they were taken.

    A partner may cancel until the order is confirmed, the partner that sells it afterwards too. Promotions of
    a split order count on the parts that are left.
    Emits OrderCancelled. Raises NotAllowed, IllegalMove.
    """
    actor.check(MOVES["cancel"].permission)
    lock_family(order)
    [order] = lock_orders([order.pk])
    MOVES.check(order.status, "cancel", number=order.number)
    was = order.status
    if was == OrderStatus.CONFIRMED and actor.is_partner and not sells(order, actor):
        raise NotAllowed(_("The order is confirmed: ask your supplier to cancel it."))
    family = family_of(order)
    if was in HOLDING:
        let_go(order)
        drop_approval(order, now=now)
    record_moves([order], "cancel", OrderStatus.CANCELLED, actor=actor, now=now, note=reason)
    if family is not None and family.others:
        recount_family(family, closing=True)
        hold_family(family, None)
        settle_siblings(family, actor=actor, now=now)
    emit(OrderCancelled(**facts_of(order), was=was), node_id=order.node_id, subject=order.number)
    return order


def close_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Nothing more will happen to a received order. Emits OrderClosed. Raises NotAllowed, IllegalMove."""
    [order] = lock_orders([order.pk])
    check_right(order, MOVES["close"].permission, actor=actor)
    MOVES.check(order.status, "close", number=order.number)
    record_moves([order], "close", OrderStatus.CLOSED, actor=actor, now=now)
    emit(OrderClosed(**facts_of(order)), node_id=order.node_id, subject=order.number)
    return order
