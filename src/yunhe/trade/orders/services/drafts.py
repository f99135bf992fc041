"""Drafts: the cart of the portal. They hold nothing until they are submitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.trade.orders.choices import OrderStatus, Source
from yunhe.trade.orders.events import OrderSubmitted
from yunhe.trade.orders.gates import Asking, check_gates
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.queries import cart_of
from yunhe.trade.orders.services.approving import ask_approval
from yunhe.trade.orders.services.asking import asking_of, gate_lines
from yunhe.trade.orders.services.gifting import gifts_json, hold_offer
from yunhe.trade.orders.services.offering import open_uses, paid_lines
from yunhe.trade.orders.services.placing import (
    NewLine,
    address_of,
    check_lines,
    check_wanted,
    lines_json,
    offer_for,
    refuse_inactive,
)
from yunhe.trade.orders.services.steps import facts_of, record_moves
from yunhe.trade.orders.transitions import MOVES
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.queries import Choices, There

_REPLACE = """
INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
                              base_quantity, unit_price, amount, rule, shipped)
SELECT %(order)s, %(node)s, %(supplier)s, l.row, l.sku_id, l.unit, l.quantity, l.base, l.price,
       l.amount, l.rule, 0
  FROM jsonb_to_recordset(%(lines)s) AS l (row int, sku_id bigint, unit text, quantity numeric,
           base numeric, price numeric, amount numeric, rule jsonb)
  JOIN catalog_sku s ON s.id = l.sku_id AND s.status IN ('active', 'phase_out')
"""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is said about an order beside its lines; no address or gift choice leaves the one it has."""

    note: str = ""
    wanted_on: date | None = None
    address_id: int | None = None
    choices: Choices | None = None


def change_draft(
    order: Order,
    *,
    lines: Sequence[NewLine],
    details: Details | None = None,
    actor: Principal,
    now: datetime,
) -> Order:
    """Replace the lines of a draft, priced today. Raises as `create_order`, IllegalMove."""
    actor.check(CREATE)
    [order] = lock_orders([order.pk])
    MOVES.check(order.status, "submit", number=order.number)
    check_lines(lines)
    on = timezone.localdate(now)
    offer = offer_for(order.kind, order.node_id, lines, on, free=False, agreement=order.agreement)
    _write(order, offer.lines)
    fields = ["placed_on", "total", "line_count", "revision"]
    if details is not None:
        check_wanted(details.wanted_on, on=on)
        fields += _describe(order, details)
    order.placed_on, order.revision = on, order.revision + 1
    order.save(update_fields=fields)
    return order


def _describe(order: Order, details: Details) -> list[str]:
    """Write the details; the fields that may have changed."""
    order.note, order.wanted_on = details.note[:500], details.wanted_on
    fields = ["note", "wanted_on"]
    if details.choices is not None:
        order.gifts = gifts_json(details.choices)
        fields.append("gifts")
    if details.address_id is not None:
        order.ship_to = address_of(order.node_id, details.address_id)
        fields.append("ship_to")
    return fields


def park_draft(order: Order, *, actor: Principal) -> Order:
    """Put the cart aside, so that the next product begins another. Raises NotAllowed, IllegalMove."""
    actor.check(CREATE)
    [order] = lock_orders([order.pk])
    MOVES.check(order.status, "submit", number=order.number)
    order.parked, order.revision = True, order.revision + 1
    order.save(update_fields=["parked", "revision"])
    return order


def take_up_draft(order: Order, *, actor: Principal) -> Order:
    """Make a draft the actor's cart; what was in the cart is put aside. Also a colleague's draft.

    Raises NotAllowed, IllegalMove.
    """
    actor.check(CREATE)
    others = cart_of(actor, order.node_id)
    locked = lock_orders({order.pk, *([others.pk] if others else [])})
    for draft in locked:
        MOVES.check(draft.status, "submit", number=draft.number)
        draft.parked, draft.revision = draft.pk != order.pk, draft.revision + 1
        if draft.pk == order.pk:
            draft.created_by_id, draft.source = actor.user_id, Source.PORTAL
        draft.save(update_fields=["parked", "revision", "created_by", "source"])
    return next(draft for draft in locked if draft.pk == order.pk)


def submit_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Price a draft as of today, hold credit and stock, and hand it to the supplier.

    Emits OrderSubmitted. Raises IllegalMove, PriceMissing, LinesRefused, CreditShort, StockShort,
    UsedUp, GiftsGone;
    then the draft is as it was.
    """
    order, asking = price_draft(order, actor=actor, now=now)
    check_gates(asking)
    hold_offer(order.ref, asking)
    record_moves([order], "submit", OrderStatus.SUBMITTED, actor=actor, now=now)
    ask_approval(order, actor=actor, now=now)
    emit(OrderSubmitted(**facts_of(order)), node_id=order.node_id, subject=order.number)
    return order


def price_draft(
    order: Order, *, there: There | None = None, actor: Principal, now: datetime
) -> tuple[Order, Asking]:
    """Write the prices and promotions of today into a draft; the order, locked, and what it asks of gates.

    Free goods are what its supplier has of them, or what `there` says: base units by SKU, no key no limit.
    Raises NotAllowed, IllegalMove, PriceMissing, LinesRefused.
    """
    [order] = lock_orders([order.pk])
    move = MOVES.check(order.status, "submit", number=order.number)
    actor.check(move.permission)
    on = timezone.localdate(now)
    asked = [
        NewLine(line.sku_id, line.unit, line.quantity) for line in paid_lines(order.lines.all())
    ]
    check_lines(asked)
    offer = offer_for(
        order.kind,
        order.node_id,
        asked,
        on,
        ref=order.ref,
        agreement=order.agreement,
        choices=order.choices,
        there=there,
    )
    open_uses([offer])
    priced = offer.lines
    _write(order, priced)
    order.placed_on, order.revision = on, order.revision + 1
    order.gifts = gifts_json(order.choices, offer.remarks)
    order.save(update_fields=["placed_on", "total", "line_count", "revision", "gifts"])
    return order, asking_of(order, gate_lines(priced), actor=actor, now=now, facts=offer.facts)


def _write(order: Order, priced: Sequence[PricedLine]) -> None:
    """Two statements for any number of lines."""
    order.lines.all()._raw_delete(order.lines.db)  # no cascade hangs on lines
    values = {"order": order.pk, "node": order.node_id, "supplier": order.supplier_id}
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE, values | {"lines": lines_json(priced)})
        if cursor.rowcount != len(priced):
            refuse_inactive(priced)
    order.total = sum((line.amount or Decimal(0) for line in priced), Decimal(0))
    order.line_count = len(priced)
