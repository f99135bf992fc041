"""A message that was given up takes in what waits behind it: sent again, it tells the state of now, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.connectors.choices import MessageState
from yunhe.platform.connectors.services import (
    drop_given_up,
    drop_messages,
    resend,
    rewrite_given_up,
)
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.purchasing.choices import ChangeState, PurchaseState
from yunhe.trade.purchasing.compute import ChangedLine
from yunhe.trade.purchasing.compute import PurchaseChange as Change
from yunhe.trade.purchasing.compute import PurchaseLine as Line
from yunhe.trade.purchasing.locks import lock_purchase_with
from yunhe.trade.purchasing.models import PurchaseChange, PurchaseLine, PurchaseOrder
from yunhe.trade.purchasing.services.writing import (
    account_at,
    change_document,
    order_document,
)

ZERO = Decimal(0)


def merge_given_up(message_id: int, *, now: datetime) -> None:
    """A message was given up: let it tell what waits behind it. Heard twice it changes nothing."""
    purchase = lock_purchase_with(message_id)
    if purchase is not None:
        merge_waiting(purchase, now=now)


def merge_waiting(purchase: PurchaseOrder, *, now: datetime) -> None:
    """Let the first message of a locked purchase order that was given up tell what later ones say.

    A purchase order that was never sent and is not wanted any more is cancelled, and nothing is sent.
    Nothing changes when the message is on its way again: the later ones then follow it.
    """
    changes = list(
        purchase.changes.exclude(state=ChangeState.MERGED)
        .select_related("message")
        .order_by("sequence")
    )
    messages = [purchase.message, *(change.message for change in changes)]
    for at, message in enumerate(messages[:-1]):
        if message.state != MessageState.DEAD:
            continue
        if at == 0:
            _into_order(purchase, changes, now=now)
        else:
            _into_change(purchase, changes[at - 1], changes[at:], now=now)
        return


def tell_again(purchase: PurchaseOrder, *, now: datetime) -> bool:
    """Send a locked purchase order again that the supplier lost, as it is now; whether it is sent.

    What its changes say that are not answered, it says itself.
    """
    changes = list(purchase.changes.filter(state=ChangeState.OPEN).select_related("message"))
    lines = _asked(purchase)
    if not lines:
        _merge(changes, _("The purchase order was cancelled."))
        _cancel(purchase)
        return False
    if changes:
        _merge(changes, _told_by(purchase.number))
    body = _document(purchase, lines, now=now) if changes else purchase.message.body
    return resend(purchase.message, body=body, now=now)


def _into_order(
    purchase: PurchaseOrder, changes: Sequence[PurchaseChange], *, now: datetime
) -> None:
    lines = _asked(purchase)
    if lines:
        body = _document(purchase, lines, now=now)
        if rewrite_given_up(purchase.message, body=body):
            _merge(changes, _told_by(purchase.number))
        return
    reason = _("It was cancelled before it reached the supplier.")
    if drop_given_up(purchase.message, reason=reason):
        _merge(changes, reason)
        _cancel(purchase)


def _into_change(
    purchase: PurchaseOrder,
    first: PurchaseChange,
    later: Sequence[PurchaseChange],
    *,
    now: datetime,
) -> None:
    lines = _together(purchase, [first, *later])
    if not lines:
        reason = _("A later change took it back before it reached the supplier.")
        if drop_given_up(first.message, reason=reason):
            _merge([first, *later], reason)
        return
    cancels = not any(line.quantity for line in purchase.lines.all())
    change = Change(purchase.number, first.sequence, timezone.localdate(now), lines, cancels)
    if rewrite_given_up(first.message, body=change_document(purchase, change, now=now)):
        _merge(later, _told_by(first.message.subject))
        first.lines, first.cancels = kept_lines(lines), cancels
        first.save(update_fields=["lines", "cancels"])


def _together(purchase: PurchaseOrder, changes: Sequence[PurchaseChange]) -> list[ChangedLine]:
    """From what held before the first of the changes to what is asked for now."""
    before: dict[int, Decimal] = {}
    for change in changes:
        for line in change.lines:
            before.setdefault(line["row"], Decimal(line["before"]))
    price = _prices(purchase)
    return [
        ChangedLine(
            told.row,
            told.sku.code,
            before[told.row],
            told.quantity,
            told.unit,
            price.get(told.line_id, ZERO),
        )
        for told in purchase.lines.select_related("sku").order_by("row")
        if before.get(told.row, told.quantity) != told.quantity
    ]


def kept_lines(lines: Sequence[ChangedLine]) -> list[dict[str, int | str]]:
    """What a change keeps of its lines."""
    return [{"row": one.row, "before": str(one.before), "after": str(one.after)} for one in lines]


def _asked(purchase: PurchaseOrder) -> list[PurchaseLine]:
    return list(purchase.lines.filter(quantity__gt=0).select_related("sku").order_by("row"))


def _document(purchase: PurchaseOrder, lines: Sequence[PurchaseLine], *, now: datetime) -> str:
    price = _prices(purchase)
    wanted = [
        Line(line.row, line.sku.code, line.quantity, line.unit, price.get(line.line_id, ZERO))
        for line in lines
    ]
    return order_document(
        purchase.order, purchase.number, wanted, account=account_at(purchase), now=now
    )


def _prices(purchase: PurchaseOrder) -> dict[int, Decimal]:
    """Order line → price; a line that was taken out of the order has none any more."""
    return dict(OrderLine.objects.filter(order=purchase.order_id).values_list("pk", "unit_price"))


def _merge(changes: Sequence[PurchaseChange], reason: str) -> None:
    drop_messages([change.message for change in changes], reason=reason)
    ids = [change.pk for change in changes]
    PurchaseChange.objects.filter(pk__in=ids).update(state=ChangeState.MERGED)


def _told_by(subject: str) -> str:
    return _("%(message)s tells it when it is sent again.") % {"message": subject}


def _cancel(purchase: PurchaseOrder) -> None:
    purchase.state = PurchaseState.CANCELLED
    purchase.save(update_fields=["state"])
