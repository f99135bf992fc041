"""Split an order into parts that are orders of their own, each held where it is served from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from yunhe.goods.schedule.services import drop_promises, keep_promises
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.events.outbox import Emission, emit, emit_all
from yunhe.platform.language import Text
from yunhe.trade.orders.choices import Approval, OrderStatus
from yunhe.trade.orders.compute import compute_part
from yunhe.trade.orders.errors import NeedsApproval, PartsWrong
from yunhe.trade.orders.events import OrderSplit, OrderSubmitted
from yunhe.trade.orders.gates import Asking, GateLine, check_gates
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services.approving import ask_approval
from yunhe.trade.orders.services.asking import asking_of
from yunhe.trade.orders.services.holding import Wanted, explain, wanted_by
from yunhe.trade.orders.services.steps import facts_of, record_moves, slowest
from yunhe.trade.orders.transitions import MOVES
from yunhe.trade.promotions.models import BUDGET, USES

ZERO = Decimal(0)
BASKET = (BUDGET, USES)
_INSERT = """
WITH asked AS (
    SELECT p.* FROM jsonb_to_recordset(%(parts)s) AS p (at int, number text, supplier bigint,
           status text, total numeric, count int, awaiting boolean, lines jsonb)
), placed AS (
    INSERT INTO orders_order (number, node_id, supplier_id, status, kind, reason, source, currency,
                              total, line_count, note, key, placed_on, wanted_on, shipments,
                              created_at, created_by_id, parent_id, awaiting, approval, agreement,
                              ship_to, from_shelf)
    SELECT asked.number, o.node_id, asked.supplier, asked.status, o.kind, o.reason, o.source,
           o.currency, asked.total, asked.count, o.note, '', o.placed_on, o.wanted_on, 0, %(now)s,
           o.created_by_id, %(parent)s, asked.awaiting, o.approval, o.agreement, o.ship_to,
           stock_resells(asked.supplier)
      FROM asked JOIN orders_order o ON o.id = %(order)s ORDER BY asked.at
    RETURNING id, number, node_id, supplier_id, status
), line AS (
    INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
                                  base_quantity, unit_price, amount, rule, shipped)
    SELECT placed.id, placed.node_id, placed.supplier_id, l.row, l.sku_id, l.unit, l.quantity, l.base,
           l.price, l.amount, l.rule, 0
      FROM placed JOIN asked ON asked.number = placed.number,
           jsonb_to_recordset(asked.lines) AS l (row int, sku_id bigint, unit text,
               quantity numeric, base numeric, price numeric, amount numeric, rule jsonb)
), step AS (
    INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, user_id, note)
    SELECT placed.id, placed.node_id, placed.supplier_id, 'dispatch', placed.status, %(now)s,
           %(user)s, ''
      FROM placed
)
SELECT id, number FROM placed
"""


@dataclass(frozen=True, kw_only=True)
class NewPart:
    """What one place serves: line's row -> base units.

    `promised` names the day of production for every SKU of a part that waits for it; `sure` when
    the place need not agree before it is confirmed.
    """

    supplier_id: int
    quantities: Mapping[int, Decimal]
    promised: Mapping[int, date] = field(default_factory=dict)
    sure: bool = True


def split_order(
    order: Order,
    parts: Sequence[NewPart],
    *,
    asking: Asking | None = None,
    agreed: bool = False,
    note: Text = "",
    actor: Principal,
    now: datetime,
) -> list[Order]:
    """Let an order that nothing was shipped of be served in parts, each an order of its own.

    The parts keep rows, prices and, in sum to the cent, the amounts; each holds its own credit,
    stock at its place (or a promise) and gates, all taken in one statement that gives back what the
    order held. The order holds its promotions alone and follows its parts. A part that is split is
    cancelled and its parts are the whole order's. `asking` comes from `price_draft` for a draft; `agreed` when
    the whole order was confirmed though this part of it was not.
    Sixteen statements for any number of lines, and what gates ask a part.

    Emits OrderSplit, and OrderSubmitted for a draft's parts. Raises NotAllowed, IllegalMove,
    NeedsApproval, PartsWrong unless the parts sum to every line, CreditShort, StockShort.
    """
    [order] = lock_orders([order.pk])
    move = MOVES.check(order.status, "split", number=order.number)
    actor.check(CREATE if order.status == OrderStatus.DRAFT else move.permission)
    was = order.status
    if was == OrderStatus.DRAFT:
        if asking is not None:
            check_gates(asking)
        order = ask_approval(order, actor=actor, now=now)
    if order.approval == Approval.PENDING:
        message = _("Order %(number)s is still waiting for approval.")
        raise NeedsApproval(message % {"number": order.number})
    lines = list(order.lines.select_related("sku"))
    _check_sums(lines, parts)
    agreed = agreed or was == OrderStatus.CONFIRMED
    made = _insert(order, lines, parts, agreed=agreed, actor=actor, now=now)
    _hold(order, made, asking, actor=actor, now=now)
    for child, part in zip(made, parts, strict=True):
        if part.promised:
            _promise(child, part, lines)
    if order.parent_id is None:
        record_moves([order], "split", OrderStatus.SPLIT, actor=actor, now=now, note=note)
    else:
        record_moves([order], "dispatch_on", OrderStatus.CANCELLED, actor=actor, now=now, note=note)
    _follow(order, made)
    _announce(order, made, was)
    return made


def _check_sums(lines: Sequence[OrderLine], parts: Sequence[NewPart]) -> None:
    given: dict[int, Decimal] = {}
    for part in parts:
        for row, quantity in part.quantities.items():
            given[row] = given.get(row, ZERO) + quantity
    rows = [
        {
            "row": line.row,
            "sku_id": line.sku_id,
            "message": _("The parts do not sum to what is ordered."),
        }
        for line in lines
        if given.pop(line.row, ZERO) != line.open_quantity
    ]
    below = any(quantity <= 0 for part in parts for quantity in part.quantities.values())
    if rows or given or below or not parts or any(not part.quantities for part in parts):
        raise PartsWrong(_("The order cannot be split like this."), rows=rows)


def _insert(
    order: Order,
    lines: Sequence[OrderLine],
    parts: Sequence[NewPart],
    *,
    agreed: bool,
    actor: Principal,
    now: datetime,
) -> list[Order]:
    parent_id = order.parent_id or order.pk
    first = Order.objects.filter(parent_id=parent_id).count() + 1
    name = order.number.partition(".")[0]
    written = _lines(order, lines, parts)
    asked = [
        {
            "at": at,
            "number": f"{name}.{first + at}",
            "supplier": part.supplier_id,
            "status": OrderStatus.CONFIRMED if agreed and part.sure else OrderStatus.SUBMITTED,
            "total": sum((Decimal(line["amount"]) for line in mine), ZERO),
            "count": len(mine),
            "awaiting": bool(part.promised),
            "lines": mine,
        }
        for at, (part, mine) in enumerate(zip(parts, written, strict=True))
    ]
    values: dict[str, Any] = {
        "order": order.pk,
        "parent": parent_id,
        "now": now,
        "user": actor.user_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values | {"parts": orjson.dumps(asked, default=str).decode()})
        ids = {number: pk for pk, number in cursor.fetchall()}
    found = Order.objects.in_bulk(list(ids.values()))
    return [found[ids[str(part["number"])]] for part in asked]


def _lines(
    order: Order, lines: Sequence[OrderLine], parts: Sequence[NewPart]
) -> list[list[dict[str, Any]]]:
    """The lines of each part; the amounts of successive parts of a line sum to it exactly."""
    before = dict.fromkeys((line.row for line in lines), ZERO)
    written: list[list[dict[str, Any]]] = []
    for part in parts:
        mine = []
        for line in lines:
            quantity = part.quantities.get(line.row)
            if quantity is None:
                continue
            shares = [
                compute_part(whole, quantity, line.base_quantity, before[line.row], order.currency)
                for whole in (line.amount, line.discount)
            ]
            before[line.row] += quantity
            mine.append(
                {
                    "row": line.row,
                    "sku_id": line.sku_id,
                    "unit": line.unit,
                    "quantity": line.quantity * quantity / line.base_quantity,
                    "base": quantity,
                    "price": line.unit_price,
                    "amount": shares[0],
                    "rule": _rule(line, *shares),
                }
            )
        written.append(mine)
    return written


def _rule(line: OrderLine, amount: Decimal, discount: Decimal) -> dict[str, Any]:
    """The price's explanation with the part's share of what promotions took off."""
    promotions = line.rule.get("promotions")
    if not promotions:
        return line.rule
    told = {"amount": str(amount), "discount": str(discount)}
    return line.rule | {
        "promotions": promotions | {k: v for k, v in told.items() if k in promotions}
    }


def _hold(
    order: Order,
    made: Sequence[Order],
    asking: Asking | None,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Hand the order's holds over to its parts. What it was promised is forgotten."""
    askings = {
        child.ref: asking_of(child, _gate_lines(child, lines), actor=actor, now=now)
        for child, lines in _with_lines(made)
    }
    wanted: dict[str, Wanted] = {ref: wanted_by(one) for ref, one in askings.items()}
    if asking is not None and asking.facts.get("promotions"):
        wanted[order.ref] = asking.facts["promotions"]
    try:
        capacity.hand_over(order.ref, wanted, kept=BASKET)
    except CapacityExceeded as error:
        short = set(error.available)
        blamed = next(
            (ref for ref, kinds in wanted.items() if short & set(kinds.get(error.kind, {}))), ""
        )
        speaking = askings.get(blamed) or asking
        raise (explain(error, speaking) if speaking else error) from error
    if order.awaiting:
        drop_promises(order.ref)


def _with_lines(made: Sequence[Order]) -> list[tuple[Order, list[OrderLine]]]:
    found: dict[int, list[OrderLine]] = {child.pk: [] for child in made}
    for line in OrderLine.objects.filter(order__in=made).order_by("order_id", "row"):
        found[line.order_id].append(line)
    return [(child, found[child.pk]) for child in made]


def _gate_lines(child: Order, lines: Sequence[OrderLine]) -> list[GateLine]:
    return [
        GateLine(line.row, line.sku_id, line.unit, line.quantity, line.base_quantity, line.amount)
        for line in lines
    ]


def _promise(child: Order, part: NewPart, lines: Sequence[OrderLine]) -> None:
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if quantity := part.quantities.get(line.row):
            wanted[line.sku_id] = wanted.get(line.sku_id, ZERO) + quantity
    keep_promises(
        part.supplier_id,
        {sku_id: (part.promised[sku_id], quantity) for sku_id, quantity in wanted.items()},
        ref=child.ref,
        partner_id=child.node_id,
    )


def _follow(order: Order, made: Sequence[Order]) -> None:
    """The whole order's total stays what its parts are worth; they tell how far it is."""
    if order.parent_id is None:
        order.follows = slowest({child.status for child in made})
        order.save(update_fields=["follows"])


def _announce(order: Order, made: Sequence[Order], was: str) -> None:
    event = OrderSplit(**facts_of(order), parts=tuple(child.pk for child in made))
    emit(event, node_id=order.node_id, subject=order.number)
    if was == OrderStatus.DRAFT:
        emit_all(
            Emission(OrderSubmitted(**facts_of(child)), child.node_id, child.number)
            for child in made
        )
