"""Move orders from state to state, recording the step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy

from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.platform.database.prepared import prepared_cursor
from yunhe.platform.language import Text, in_both_languages
from yunhe.trade.orders.choices import ADVANCE, OrderStatus
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import SUPPLY

_MOVE = """
WITH moved AS (
    UPDATE orders_order SET status = %(status)s::text WHERE id = ANY (%(ids)s::bigint[])
    RETURNING id, node_id, supplier_id
)
INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, user_id, note, note_en)
SELECT id, node_id, supplier_id, %(action)s::text, %(status)s::text, %(now)s::timestamptz,
       %(user)s::bigint, %(note)s::text, %(english)s::text
  FROM moved ORDER BY id
"""


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
    note: Text = "",
) -> None:
    """Give locked orders their new state and write a step for each, a lazy note in both languages. One
    statement for any number."""
    said, english = in_both_languages(note)
    for order in orders:
        order.status = status
    values = {
        "ids": [order.pk for order in orders],
        "status": str(status),
        "action": action,
        "now": now,
        "user": actor.user_id,
        "note": said[:300],
        "english": english[:300] if english != said else "",
    }
    with prepared_cursor() as cursor:
        cursor.execute(_MOVE, values)
    if parents := {order.parent_id for order in orders if order.parent_id is not None}:
        follow_parts(parents)


def amended_note(what: Text, before: Decimal, after: Decimal) -> Text:
    """What was changed and what that makes of the order's worth."""
    return format_lazy("{}: {} → {}", what, f"{before:.2f}", f"{after:.2f}")


def follow_parts(ids: Iterable[int]) -> None:
    """Bring split orders to the state of their parts; three statements for any number.

    Parts are locked before their parent everywhere. An order of which every part is cancelled is
    cancelled itself and gives back its promotions.
    """
    with owner_access("a split order follows its parts, whoever moves them"):
        parents = lock_orders(ids)
        found: dict[int, set[str]] = {}
        for parent_id, status in Order.objects.filter(parent__in=parents).values_list(
            "parent_id", "status"
        ):
            found.setdefault(parent_id or 0, set()).add(status)
        for parent in parents:
            parent.follows = slowest(found[parent.pk])
            if parent.follows == OrderStatus.CANCELLED and parent.status == OrderStatus.SPLIT:
                parent.status = OrderStatus.CANCELLED
                capacity.release_every(parent.ref)
        Order.objects.bulk_update(parents, ["status", "follows"])


def slowest(statuses: Collection[str]) -> str:
    """Of the parts that are not cancelled, the state that is least far; cancelled when all are."""
    return next((status for status in ADVANCE if status in statuses), OrderStatus.CANCELLED)


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
