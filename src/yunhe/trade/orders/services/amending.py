"""Change what was already placed: quantities, lines, substitutes, prices, what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.goods.schedule.services import resize_promises
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.platform.language import Text
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.orders.choices import HOLDING, OrderStatus
from yunhe.trade.orders.errors import IllegalMove, LinesRefused, StockShort
from yunhe.trade.orders.events import OrderAmended, OrderReopened
from yunhe.trade.orders.gates import Asking, check_gates
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.permissions import AMEND, CONFIRM
from yunhe.trade.orders.queries import is_free
from yunhe.trade.orders.services.approving import ask_approval, drop_approval
from yunhe.trade.orders.services.asking import asking_of, open_lines
from yunhe.trade.orders.services.family import (
    family_of,
    hold_family,
    last_row,
    lock_family,
    recount_family,
    settle_siblings,
)
from yunhe.trade.orders.services.gifting import of_paid_lines
from yunhe.trade.orders.services.holding import hold_exactly, let_go
from yunhe.trade.orders.services.placing import NewLine, check_lines, lines_rule
from yunhe.trade.orders.services.recounting import (
    Holds,
    Stand,
    correct_invoices,
    give_back_promotions,
    keep_promotions,
    recount_promotions,
    worth_of,
)
from yunhe.trade.orders.services.repricing import (
    price_changes,
    price_kept,
    price_more,
    without_promotions,
)
from yunhe.trade.orders.services.rewriting import (
    Rewritten,
    add_lines,
    delete_lines,
    rewrite_lines,
)
from yunhe.trade.orders.services.steps import (
    amended_note,
    check_right,
    facts_of,
    record_moves,
    sells,
)
from yunhe.trade.orders.transitions import MOVES


def amend_order(
    order: Order,
    *,
    quantities: Mapping[int, Decimal],
    more: Sequence[NewLine] = (),
    actor: Principal,
    now: datetime,
) -> Order:
    """Change a placed order: line id → quantity in the line's unit (0 takes it out), and new lines.

    Lines keep the price they were placed at unless they fall below its minimum quantity, new ones are
    priced today; promotions are counted anew on the whole order. Credit, stock and gates then hold exactly
    what is still open: the deltas, in one statement. What was shipped stays. Emits OrderAmended. Raises
    NotAllowed, IllegalMove, LinesRefused, CreditShort, StockShort, UsedUp.
    """
    order, lines = _amendable(order, actor)
    stood = Stand.of(order, lines)
    _change_quantities(order, lines, quantities)
    if more:
        _check_no_shelf(order)
        check_lines(more)
        priced = price_more(order, more, on=timezone.localdate(now))
        add_lines(order, priced, after=last_row(order, lines))
    return _settle(order, gettext_lazy("quantities"), stood=stood, actor=actor, now=now)


def substitute_line(
    order: Order, line_id: int, *, by: NewLine, actor: Principal, now: datetime
) -> Order:
    """Give up what is open of a line and order another product instead, priced today.

    As `amend_order`; the new line names the one it replaces.
    """
    order, lines = _amendable(order, actor)
    _check_no_shelf(order)
    line = next((line for line in lines if line.pk == line_id and line.open_quantity > 0), None)
    if line is None:
        raise LinesRefused(_("Nothing is open on this line."))
    if is_free(line):
        raise LinesRefused(_("Free goods follow from the lines that earn them."))
    check_lines([by])
    stood = Stand.of(order, lines)
    OrderLine.objects.filter(pk=line.pk).update(dropped=line.base_quantity - line.shipped)
    priced = price_more(order, [by], on=timezone.localdate(now))
    add_lines(order, priced, after=last_row(order, lines), replaces=line.pk)
    what = format_lazy(gettext_lazy("substitute for line {row}"), row=line.row)
    return _settle(order, what, stood=stood, actor=actor, now=now)


def reprice_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Take today's prices for every line that nothing was shipped of. As `amend_order`."""
    order, lines = _amendable(order, actor)
    rewrite_lines(
        [
            Rewritten.of(change.line).having(
                unit_price=change.unit_price,
                amount=change.amount,
                rule=without_promotions(lines_rule(change.priced)),
            )
            for change in price_changes(order, now=now)
        ]
    )
    stood = Stand.of(order, lines)
    return _settle(order, gettext_lazy("prices of today"), stood=stood, actor=actor, now=now)


def reopen_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Make a placed or cancelled order a draft again: it holds nothing until it is submitted anew.

    A partner may do so until the order is confirmed. Emits OrderReopened. Raises NotAllowed,
    IllegalMove.
    """
    [order] = lock_orders([order.pk])
    move = MOVES.check(order.status, "reopen", number=order.number)
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

    Lines keep their prices; promotions count on what was shipped alone: what is no longer earned is charged.
    Emits OrderAmended. Raises NotAllowed, IllegalMove.
    """
    lock_family(order)
    [order] = lock_orders([order.pk])
    move = MOVES.check(order.status, "close_short", number=order.number)
    check_right(order, move.permission, actor=actor)
    stood, family = Stand.of(order, order.lines.all()), family_of(order)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_orderline SET dropped = base_quantity - shipped WHERE order_id = %s",
            [order.pk],
        )
    if family is None:
        promotions = recount_promotions(order, closing=True)
        give_back_promotions(order, stood)
        capacity.reserve_all(promotions, ref=order.ref)
        keep_promotions(order, promotions)
    else:
        recount_family(family, closing=True)
        hold_family(family, None)
    let_go(order)
    lines = list(order.lines.all())
    before = order.total
    order.total, order.revision = worth_of(order, lines), order.revision + 1
    order.save(update_fields=["total", "revision"])
    correct_invoices(order, stood, lines, actor=actor, now=now)
    if family is not None:
        settle_siblings(family, actor=actor, now=now)
    record_moves([order], "close_short", OrderStatus.SHIPPED, actor=actor, now=now)
    _announce(order, before, _("closed short"))
    return order


AGREED = gettext_lazy(
    "A dealer agreed to serve this from its own stock: it can be reduced; for more, place another order."
)


def is_amendable(order: Order) -> bool:
    """Whether the order can be amended as it stands."""
    return order.status in HOLDING


def check_amendable(order: Order) -> None:
    """Raise IllegalMove when an order in its state is not amended."""
    if not is_amendable(order):
        message = _("Order %(number)s is “%(status)s” and cannot be amended.")
        words = {"number": order.number, "status": order.get_status_display()}
        raise IllegalMove(message % words)


def _amendable(order: Order, actor: Principal) -> tuple[Order, list[OrderLine]]:
    actor.check(AMEND)
    lock_family(order)
    [order] = lock_orders([order.pk])
    lines = list(order.lines.all())
    check_amendable(order)
    if order.status != OrderStatus.SUBMITTED and actor.is_partner and not sells(order, actor):
        raise NotAllowed(_("The order is confirmed: ask your supplier to change it."))
    return order, lines


def _check_no_shelf(order: Order) -> None:
    """Raise LinesRefused for goods that the dealer who serves them did not agree to."""
    if order.from_shelf:
        raise LinesRefused(AGREED)


def _change_quantities(
    order: Order, lines: Sequence[OrderLine], quantities: Mapping[int, Decimal]
) -> None:
    known = {line.pk: line for line in lines}
    wanted = {known[pk]: quantity for pk, quantity in quantities.items() if pk in known}
    rows = [
        {"row": line.row, "sku_id": line.sku_id, "message": fault}
        for line, quantity in wanted.items()
        if (fault := _fault(line, quantity))
    ]
    rows += count_faults(
        Counted(line.row, line.sku_id, quantity, line.unit) for line, quantity in wanted.items()
    )
    if rows or len(wanted) != len(quantities):
        raise LinesRefused(_("Some lines cannot be changed."), rows=rows)
    delete_lines([line.pk for line, quantity in wanted.items() if not quantity])
    changed = {line: quantity for line, quantity in wanted.items() if quantity}
    rewrite_lines(price_kept(order, changed))


def _fault(line: OrderLine, quantity: Decimal) -> str:
    if line.order.from_shelf and quantity > line.quantity:
        return str(AGREED)
    if is_free(line):
        return _("Free goods follow from the lines that earn them.")
    base = quantity * line.base_quantity / line.quantity
    if quantity < 0 or base < line.shipped + line.dropped:
        return _("Less than was already shipped or given up.")
    return ""


def _settle(order: Order, what: Text, *, stood: Stand, actor: Principal, now: datetime) -> Order:
    """Make promotions, total, holds, books, step and event fit the lines as they are now."""
    family = family_of(order)
    promotions = recount_promotions(order)
    if family is not None:
        recount_family(family)
    lines = list(order.lines.all())
    before = order.total
    order.line_count, order.total = len(lines), worth_of(order, lines)
    order.revision += 1
    if not any(line.open_quantity for line in lines):
        raise LinesRefused(_("Nothing would be left to ship: cancel or close the order instead."))
    order.save(update_fields=["total", "line_count", "revision", "gifts"])
    facts = {"promotions": promotions, "free": [line.row for line in lines if is_free(line)]}
    asking = asking_of(order, open_lines(lines, order.currency), actor=actor, now=now, facts=facts)
    check_gates(asking)
    if family is None:
        _hold(order, asking, promotions, stood)
    else:
        hold_family(family, asking)
    correct_invoices(order, stood, lines, actor=actor, now=now)
    if family is not None:
        settle_siblings(family, actor=actor, now=now)
    if order.awaiting:
        resize_promises(order.ref, asking.base_quantities())
    if order.status == OrderStatus.SUBMITTED:
        drop_approval(order, now=now)
        ask_approval(order, actor=actor, now=now)
    note = amended_note(what, before, order.total)
    record_moves([order], "amend", order.status, actor=actor, now=now, note=note)
    _announce(order, before, str(what))
    return order


def _hold(order: Order, asking: Asking, promotions: Holds, stood: Stand) -> None:
    give_back_promotions(order, stood)
    try:
        hold_exactly(order.ref, asking)
    except StockShort as error:
        raise of_paid_lines(error, asking) from error
    keep_promotions(order, promotions)


def _announce(order: Order, before: Decimal, what: str) -> None:
    event = OrderAmended(**facts_of(order), before=before, what=what)
    emit(event, node_id=order.node_id, subject=order.number)
