"""Tell the supplier that a pushed order changed or is not wanted any more, and take in its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.connectors.services import Outgoing, queue_message
from yunhe.platform.errors import NotFound
from yunhe.platform.events.outbox import emit
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.purchasing.choices import ChangeState, PurchaseState
from yunhe.trade.purchasing.compute import AnsweredChange, ChangedLine
from yunhe.trade.purchasing.compute import PurchaseChange as Change
from yunhe.trade.purchasing.errors import AnswerUnreadable
from yunhe.trade.purchasing.events import PurchaseChangeAnswered
from yunhe.trade.purchasing.locks import lock_purchase, lock_purchase_of
from yunhe.trade.purchasing.models import PurchaseChange, PurchaseLine, PurchaseOrder
from yunhe.trade.purchasing.services.merging import kept_lines, merge_waiting
from yunhe.trade.purchasing.services.pushing import purchase_line
from yunhe.trade.purchasing.services.writing import change_document

GONE = (OrderStatus.CANCELLED, OrderStatus.DRAFT, OrderStatus.SPLIT)
"""An order in these states wants nothing of its supplier any more."""


def ensure_change(order_id: int, *, now: datetime) -> PurchaseChange | None:
    """Send what differs between an order and what its supplier was asked for; None when nothing does.

    It leaves after what was sent of the purchase order before; behind a message that was given up it
    becomes part of that one (`merging`). A rejected purchase order is not changed: the supplier delivers
    none of it. Runs under the owner role (a listener); heard twice it sends once.
    """
    purchase = lock_purchase_of(order_id)
    if purchase is None or purchase.state == PurchaseState.REJECTED:
        return None
    order = purchase.order
    asked = list(purchase.lines.select_related("sku").order_by("row"))
    changed = _changed(asked, order)
    if not changed:
        return None
    wanted = sum((line.quantity for line in asked), Decimal(0))
    cancels = not wanted + sum(one.after - one.before for one in changed)
    change = _send(purchase, order, changed, cancels=cancels, now=now)
    merge_waiting(purchase, now=now)
    return change


def _changed(asked: Sequence[PurchaseLine], order: Order) -> list[ChangedLine]:
    """Lines that are wanted in another quantity, that are gone, and that came later."""
    gone = order.status in GONE
    lines = {line.pk: line for line in order.lines.select_related("sku").order_by("row")}
    found = []
    for told in asked:
        line = lines.pop(told.line_id, None)
        after = Decimal(0) if gone or line is None else _wanted(line)
        price = line.unit_price if line else Decimal(0)
        found.append(ChangedLine(told.row, told.sku.code, told.quantity, after, told.unit, price))
    for line in () if gone else lines.values():
        row = max([line.row, *(one.row + 1 for one in found)])
        found.append(
            ChangedLine(
                row, line.sku.code, Decimal(0), _wanted(line), line.unit, line.unit_price, line.pk
            )
        )
    return [one for one in found if one.before != one.after]


def _wanted(line: OrderLine) -> Decimal:
    """What is wanted of a line in its unit: ordered less what was given up."""
    return line.quantity * (line.base_quantity - line.dropped) / line.base_quantity


def _send(
    purchase: PurchaseOrder,
    order: Order,
    changed: Sequence[ChangedLine],
    *,
    cancels: bool,
    now: datetime,
) -> PurchaseChange:
    sequence = purchase.changes.count() + 1
    change = Change(purchase.number, sequence, timezone.localdate(now), changed, cancels)
    key = f"{purchase.number}.{sequence}"
    message = queue_message(
        Outgoing(
            node_id=purchase.node_id,
            connector=purchase.connector,
            kind="x12.860",
            key=key,
            subject=key,
            body=change_document(purchase, change, now=now),
            url=order.get_absolute_url(),
            thread=purchase.number,
        ),
        now=now,
    )
    _set_quantities(purchase, {one.row: one.after for one in changed})
    lines = {line.pk: line for line in order.lines.all()}
    PurchaseLine.objects.bulk_create(
        purchase_line(purchase, lines[one.line_id], row=one.row, quantity=one.after)
        for one in changed
        if one.line_id
    )
    return PurchaseChange.objects.create(
        purchase=purchase,
        sequence=sequence,
        cancels=cancels,
        lines=kept_lines(changed),
        message=message,
        created_at=now,
    )


def _set_quantities(purchase: PurchaseOrder, quantities: Mapping[int, Decimal]) -> None:
    """What the supplier is asked for from now on, by row."""
    lines = [line for line in purchase.lines.all() if line.row in quantities]
    for line in lines:
        line.quantity = quantities[line.row]
    PurchaseLine.objects.bulk_update(lines, ["quantity"])


def record_change_answer(
    connector: str, answered: AnsweredChange, *, now: datetime
) -> PurchaseOrder:
    """Write what the supplier says about a change; a repetition changes nothing.

    An accepted cancellation ends the purchase order; a refused change puts the quantities back, and
    sales operations are told: the supplier delivers as before. Emits PurchaseChangeAnswered. Raises
    NotFound, AnswerUnreadable.
    """
    purchase = lock_purchase(number=answered.number, connector=connector)
    change = purchase.changes.filter(sequence=answered.sequence).first()
    if change is None:
        raise NotFound()
    if change.state != ChangeState.OPEN:
        return purchase
    later = purchase.changes.filter(sequence__gt=change.sequence)
    if later.exclude(state=ChangeState.MERGED).exists() and not answered.accepted:
        raise AnswerUnreadable(_("A later change was sent: refuse that one."))
    change.state = ChangeState.ACCEPTED if answered.accepted else ChangeState.REJECTED
    change.reference, change.answered_at = answered.reference[:100], now
    change.save(update_fields=["state", "reference", "answered_at"])
    if change.state == ChangeState.REJECTED:
        before = {line["row"]: Decimal(line["before"]) for line in change.lines}
        _set_quantities(purchase, before)
    elif change.cancels:
        purchase.state = PurchaseState.CANCELLED
        purchase.save(update_fields=["state"])
    event = PurchaseChangeAnswered(
        purchase_id=purchase.pk,
        number=purchase.number,
        order_id=purchase.order_id,
        node_id=purchase.node_id,
        sequence=change.sequence,
        state=change.state,
    )
    emit(event, node_id=purchase.node_id, subject=purchase.number)
    return purchase
