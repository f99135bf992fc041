"""Change what was already placed: quantities, lines, substitutes, prices, what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.schedule.services import resize_promises
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.trade.orders.choices import HOLDING, OrderKind, OrderStatus
from yunhe.trade.orders.compute import compute_part
from yunhe.trade.orders.errors import IllegalMove, LinesRefused
from yunhe.trade.orders.events import OrderAmended, OrderReopened
from yunhe.trade.orders.gates import GateLine, check_gates
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.permissions import AMEND, CONFIRM
from yunhe.trade.orders.services.approving import ask_approval, drop_approval
from yunhe.trade.orders.services.asking import asking_of
from yunhe.trade.orders.services.holding import hold_exactly, let_go
from yunhe.trade.orders.services.placing import (
    NewLine,
    lines_json,
    offer_for,
    refuse_inactive,
)
from yunhe.trade.orders.services.steps import check_right, facts_of, record_moves, sells
from yunhe.trade.orders.transitions import check_move
from yunhe.trade.pricing.queries import PricedLine, price_lines

_ADD = """
INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
                              base_quantity, unit_price, amount, rule, shipped, replaces_id)
SELECT %(order)s, %(node)s, %(supplier)s, l.row + %(after)s, l.sku_id, l.unit, l.quantity, l.base,
       l.price, l.amount, l.rule, 0, %(replaces)s::bigint
  FROM jsonb_to_recordset(%(lines)s) AS l (row int, sku_id bigint, unit text, quantity numeric,
           base numeric, price numeric, amount numeric, rule jsonb)
  JOIN catalog_sku s ON s.id = l.sku_id AND s.status IN ('active', 'phase_out')
"""
_CHANGE = """
UPDATE orders_orderline l
   SET quantity = c.quantity, base_quantity = c.base, unit_price = c.price, amount = c.amount
  FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])
       AS c (id, quantity, base, price, amount)
 WHERE l.id = c.id
"""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A line whose price today is not the one it was placed at."""

    line: OrderLine
    unit_price: Decimal
    amount: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - self.line.amount


def amend_order(
    order: Order,
    *,
    quantities: Mapping[int, Decimal],
    more: Sequence[NewLine] = (),
    actor: Principal,
    now: datetime,
) -> Order:
    """Change a placed order: line id → quantity in the line's unit (0 takes it out), and new lines.

    Lines keep the price they were placed at, new ones are priced today. Credit, stock and gates then
    hold exactly what is still open: the deltas, in one statement. What was shipped stays. Emits
    OrderAmended. Raises NotAllowed, IllegalMove, LinesRefused, CreditShort, StockShort.
    """
    order, lines = _amendable(order, actor)
    _change_quantities(order, lines, quantities)
    if more:
        after = max((line.row for line in lines), default=0)
        _add(order, _priced(order, more, now), after)
    return _settle(order, _("quantities"), actor=actor, now=now)


def substitute_line(
    order: Order, line_id: int, *, by: NewLine, actor: Principal, now: datetime
) -> Order:
    """Give up what is open of a line and order another product instead, priced today.

    As `amend_order`; the new line names the one it replaces.
    """
    order, lines = _amendable(order, actor)
    line = next((line for line in lines if line.pk == line_id and line.open_quantity > 0), None)
    if line is None:
        raise LinesRefused(_("Nothing is open on this line."))
    OrderLine.objects.filter(pk=line.pk).update(dropped=line.base_quantity - line.shipped)
    priced = _priced(order, [by], now)
    _add(order, priced, max(line.row for line in lines), replaces=line.pk)
    return _settle(
        order, _("substitute for line %(row)s") % {"row": line.row}, actor=actor, now=now
    )


def reprice_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Take today's prices for every line that nothing was shipped of. As `amend_order`."""
    order, _lines = _amendable(order, actor)
    changes = price_changes(order, now=now)
    if changes:
        _write(
            [
                (c.line, c.line.quantity, c.line.base_quantity, c.unit_price, c.amount)
                for c in changes
            ]
        )
    return _settle(order, _("prices of today"), actor=actor, now=now)


def price_changes(order: Order, *, now: datetime) -> list[PriceChange]:
    """What re-pricing would change, line by line; lines partly shipped or given up keep their price."""
    lines = [
        line for line in order.lines.select_related("sku") if not line.shipped and not line.dropped
    ]
    if not lines or order.kind == OrderKind.SAMPLE:
        return []
    asked = [NewLine(line.sku_id, line.unit, line.quantity) for line in lines]
    if order.agreement:
        priced = _under_agreement(order, asked, now)
    else:
        on = timezone.localdate(now)
        priced = price_lines(node_id=order.node_id, lines=asked, on=on, require=False)
    return [
        PriceChange(line, new.unit_price, new.amount)
        for line, new in zip(lines, priced, strict=True)
        if new.unit_price is not None
        and new.amount is not None
        and (new.unit_price, new.amount) != (line.unit_price, line.amount)
    ]


def reopen_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Make a placed or cancelled order a draft again: it holds nothing until it is submitted anew.

    A partner may do so until the order is confirmed. Emits OrderReopened. Raises NotAllowed,
    IllegalMove.
    """
    [order] = lock_orders([order.pk])
    move = check_move(order.status, "reopen", number=order.number)
    actor.check(move.permission)
    if order.parent_id is not None:
        raise IllegalMove(_("A part of a split order is not opened again: open the whole order."))
    was = order.status
    if was == OrderStatus.CONFIRMED:
        check_right(order, CONFIRM, actor=actor)
    if was in HOLDING:
        let_go(order)
        drop_approval(order, now=now)
    record_moves([order], "reopen", OrderStatus.DRAFT, actor=actor, now=now)
    emit(OrderReopened(**facts_of(order), was=was), node_id=order.node_id, subject=order.number)
    return order


def close_short(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Give up what is open of a partly shipped order: its credit and stock go back.

    Emits OrderAmended. Raises NotAllowed, IllegalMove.
    """
    [order] = lock_orders([order.pk])
    move = check_move(order.status, "close_short", number=order.number)
    check_right(order, move.permission, actor=actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_orderline SET dropped = base_quantity - shipped WHERE order_id = %s",
            [order.pk],
        )
    let_go(order)
    before = order.total
    order.total = _worth(order, list(order.lines.all()))
    order.save(update_fields=["total"])
    record_moves([order], "close_short", OrderStatus.SHIPPED, actor=actor, now=now)
    _announce(order, before, _("closed short"))
    return order


def open_lines(lines: Sequence[OrderLine], currency: str) -> list[GateLine]:
    """What is still to be shipped of written lines, with its part of their amounts."""
    return [
        GateLine(line.row, line.sku_id, line.unit, line.quantity, line.open_quantity, amount)
        for line in lines
        if line.open_quantity
        for amount in [
            compute_part(
                line.amount, line.open_quantity, line.base_quantity, line.shipped, currency
            )
        ]
    ]


def _amendable(order: Order, actor: Principal) -> tuple[Order, list[OrderLine]]:
    actor.check(AMEND)
    [order] = lock_orders([order.pk])
    if order.status not in HOLDING:
        message = _("Order %(number)s is “%(status)s” and cannot be amended.")
        words = {"number": order.number, "status": order.get_status_display()}
        raise IllegalMove(message % words)
    if order.status != OrderStatus.SUBMITTED and actor.is_partner and not sells(order, actor):
        raise NotAllowed(_("The order is confirmed: ask your supplier to change it."))
    lines = list(order.lines.all())
    if any(line.rule.get("promotions") for line in lines):
        raise IllegalMove(
            _("Promotions count on the whole order: take it back to draft, change and submit it.")
        )
    return order, lines


def _priced(order: Order, lines: Sequence[NewLine], now: datetime) -> list[PricedLine]:
    """Further lines at the prices of the day or of the agreement, or at nothing."""
    if order.agreement:
        return list(_under_agreement(order, lines, now))
    found = price_lines(
        node_id=order.node_id,
        lines=lines,
        on=timezone.localdate(now),
        require=order.kind != OrderKind.SAMPLE,
    )
    if order.kind != OrderKind.SAMPLE:
        return found
    return [replace(line, unit_price=Decimal(0), amount=Decimal(0)) for line in found]


def _under_agreement(order: Order, lines: Sequence[NewLine], now: datetime) -> Sequence[PricedLine]:
    """Lines at the agreement's prices; promotions were settled when the order was submitted."""
    offer = offer_for(
        order.kind,
        order.node_id,
        lines,
        timezone.localdate(now),
        free=False,
        agreement=order.agreement,
    )
    return offer.lines


def _change_quantities(
    order: Order, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal]
) -> None:
    known = {line.pk: line for line in lines}
    wanted = {known[pk]: quantity for pk, quantity in quantities.items() if pk in known}
    rows = [
        {
            "row": line.row,
            "sku_id": line.sku_id,
            "message": _("Less than was already shipped or given up."),
        }
        for line, quantity in wanted.items()
        if quantity < 0 or _base(line, quantity) < line.shipped + line.dropped
    ]
    if rows or len(wanted) != len(quantities):
        raise LinesRefused(_("Some lines cannot be changed."), rows=rows)
    gone = [line.pk for line, quantity in wanted.items() if not quantity]
    changed = {line: quantity for line, quantity in wanted.items() if quantity}
    if gone:
        OrderLine.objects.filter(pk__in=gone)._raw_delete(OrderLine.objects.db)
    if changed:
        _write(
            [
                (
                    line,
                    quantity,
                    _base(line, quantity),
                    line.unit_price,
                    _amount(line, quantity, order),
                )
                for line, quantity in changed.items()
            ]
        )


def _base(line: OrderLine, quantity: Decimal) -> Decimal:
    return quantity * line.base_quantity / line.quantity


def _amount(line: OrderLine, quantity: Decimal, order: Order) -> Decimal:
    return compute_part(line.unit_price, quantity, Decimal(1), Decimal(0), order.currency)


def _write(rows: Sequence[tuple[OrderLine, Decimal, Decimal, Decimal, Decimal]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE, [[line.pk for line in columns[0]], *columns[1:]])


def _add(
    order: Order, priced: Sequence[PricedLine], after: int, *, replaces: int | None = None
) -> None:
    values = {
        "order": order.pk,
        "node": order.node_id,
        "supplier": order.supplier_id,
        "after": after,
        "replaces": replaces,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values | {"lines": lines_json(priced)})
        if cursor.rowcount != len(priced):
            refuse_inactive(priced)


def _settle(order: Order, what: str, *, actor: Principal, now: datetime) -> Order:
    """Make total, holds, step and event fit the lines as they are now."""
    lines = list(order.lines.all())
    before = order.total
    order.line_count, order.total = len(lines), _worth(order, lines)
    if not any(line.open_quantity for line in lines):
        raise LinesRefused(_("Nothing would be left to ship: cancel or close the order instead."))
    order.save(update_fields=["total", "line_count"])
    asking = asking_of(order, open_lines(lines, order.currency), actor=actor, now=now)
    check_gates(asking)
    hold_exactly(order.ref, asking)
    if order.awaiting:
        resize_promises(order.ref, asking.base_quantities())
    if order.status == OrderStatus.SUBMITTED:
        drop_approval(order, now=now)
        ask_approval(order, actor=actor, now=now)
    note = f"{what}: {before:.2f} → {order.total:.2f}"
    record_moves([order], "amend", order.status, actor=actor, now=now, note=note)
    _announce(order, before, what)
    return order


def _worth(order: Order, lines: Sequence[OrderLine]) -> Decimal:
    """What was and will be invoiced: the amounts without the parts given up."""
    return sum(
        (
            compute_part(
                line.amount,
                line.base_quantity - line.dropped,
                line.base_quantity,
                Decimal(0),
                order.currency,
            )
            for line in lines
        ),
        Decimal(0),
    )


def _announce(order: Order, before: Decimal, what: str) -> None:
    event = OrderAmended(**facts_of(order), before=before, what=what)
    emit(event, node_id=order.node_id, subject=order.number)
