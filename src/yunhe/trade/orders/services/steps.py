"""Move orders from state to state, recording the step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yunhe.platform.access.principal import Principal
from yunhe.platform.database.prepared import prepared_cursor
from yunhe.trade.orders.models import Order

_MOVE = """
WITH moved AS (
    UPDATE orders_order SET status = %(status)s::text WHERE id = ANY (%(ids)s::bigint[])
    RETURNING id, node_id, supplier_id
)
INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, user_id, note)
SELECT id, node_id, supplier_id, %(action)s::text, %(status)s::text, %(now)s::timestamptz,
       %(user)s::bigint, %(note)s::text
  FROM moved ORDER BY id
"""


def record_moves(
    orders: Sequence[Order],
    action: str,
    status: str,
    *,
    actor: Principal,
    now: datetime,
    note: str = "",
) -> None:
    """Give locked orders their new state and write a step for each. One statement for any number."""
    for order in orders:
        order.status = status
    values = {
        "ids": [order.pk for order in orders],
        "status": str(status),
        "action": action,
        "now": now,
        "user": actor.user_id,
        "note": note[:300],
    }
    with prepared_cursor() as cursor:
        cursor.execute(_MOVE, values)


def facts_of(order: Order) -> dict[str, Any]:
    """What every event of the order tells."""
    return {
        "order_id": order.pk,
        "number": order.number,
        "node_id": order.node_id,
        "supplier_id": order.supplier_id,
        "amount": order.total,
        "currency": order.currency,
    }
