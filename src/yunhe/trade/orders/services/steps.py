"""Move orders from state to state, recording the step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yunhe.platform.access.principal import Principal
from yunhe.trade.orders.models import Order, OrderStep
from yunhe.trade.orders.permissions import SUPPLY


def check_right(order: Order, permission: str, *, actor: Principal) -> None:
    """Who answers an order: headquarters with the permission, or the partner that sells it.

    Raises NotAllowed.
    """
    actor.check(SUPPLY if sells(order, actor) else permission)


def sells(order: Order, actor: Principal) -> bool:
    """Whether the order is between partners and the actor works for the selling one."""
    return order.between_partners and actor.home_id == order.supplier_id


def record_moves(
    orders: Sequence[Order],
    action: str,
    status: str,
    *,
    actor: Principal,
    now: datetime,
    note: str = "",
) -> None:
    """Give locked orders their new state and write a step for each. Two statements for any number."""
    for order in orders:
        order.status = status
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(status=status)
    OrderStep.objects.bulk_create(
        OrderStep(
            order_id=order.pk,
            node_id=order.node_id,
            supplier_id=order.supplier_id,
            action=action,
            status=status,
            at=now,
            user_id=actor.user_id,
            note=note[:300],
        )
        for order in orders
    )


def facts_of(order: Order) -> dict[str, Any]:
    """What every event of the order tells."""
    return {
        "order_id": order.pk,
        "number": order.number,
        "node_id": order.node_id,
        "supplier_id": order.supplier_id,
        "amount": order.total,
        "currency": order.currency,
        "between_partners": order.between_partners,
    }
