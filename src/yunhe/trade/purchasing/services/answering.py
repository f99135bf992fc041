"""Take in a supplier's acknowledgement: polled, called in, or typed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.trade.purchasing.choices import LineAnswer, PurchaseState
from yunhe.trade.purchasing.compute import (
    Answered,
    AnsweredLine,
    X12Error,
    kinds_in,
    read_855,
    read_865,
)
from yunhe.trade.purchasing.errors import AnswerUnreadable
from yunhe.trade.purchasing.events import PurchaseAnswered
from yunhe.trade.purchasing.locks import lock_purchase
from yunhe.trade.purchasing.models import PurchaseLine, PurchaseOrder
from yunhe.trade.purchasing.permissions import CHANGE
from yunhe.trade.purchasing.services.altering import record_change_answer
from yunhe.trade.purchasing.transitions import MOVES

MOVE_OF = {
    PurchaseState.ACCEPTED: "accept",
    PurchaseState.CHANGED: "change",
    PurchaseState.REJECTED: "reject",
}

# what X12Error says; arithmetic knows no language
_SAID = (
    gettext_noop("this is UN/EDIFACT, not X12"),
    gettext_noop("no interchange header"),
    gettext_noop("the interchange header declares no segment terminator"),
    gettext_noop("a transaction set is not closed"),
    gettext_noop("a transaction set is closed that was not opened"),
    gettext_noop("a transaction set has another number of segments than it says"),
)


def record_answers(
    connector: str, text: str, *, actor: Principal, now: datetime
) -> list[PurchaseOrder]:
    """Read X12 855 and 865 and write what they say beside the lines; a repetition changes nothing.

    Emits PurchaseAnswered. Raises NotAllowed, AnswerUnreadable naming what cannot be read, NotFound
    for a purchase order that is not ours.
    """
    actor.check(CHANGE)
    try:
        changes = read_865(text)
        found = [] if changes and "855" not in kinds_in(text) else read_855(text)
    except X12Error as error:
        message = _("The answer cannot be read: %(reason)s.")
        raise AnswerUnreadable(message % {"reason": _(str(error))}) from error
    return [
        *(_record(connector, answered, now=now) for answered in found),
        *(record_change_answer(connector, answered, now=now) for answered in changes),
    ]


def _record(connector: str, answered: Answered, *, now: datetime) -> PurchaseOrder:
    purchase = lock_purchase(number=answered.number, connector=connector)
    key = _key(answered)
    if purchase.answer_key == key:
        return purchase
    lines = {line.row: line for line in purchase.lines.all()}
    told = {line.row: line for line in answered.lines}
    _check_rows(lines, told, _once_asked(purchase))
    for row, line in lines.items():
        _write(line, told.get(row), answered.answer)
    silent = [line.row for line in lines.values() if line.quantity and not line.answer]
    if silent:
        message = _("The answer says nothing about some lines.")
        raise AnswerUnreadable(message, rows=[{"row": row, "message": message} for row in silent])
    PurchaseLine.objects.bulk_update(lines.values(), ["answer", "confirmed", "deliver_on"])
    state = _state(list(lines.values()))
    purchase.state = MOVES.check(purchase.state, MOVE_OF[state]).target
    purchase.reference = answered.reference[:100] or purchase.reference
    purchase.answer_key, purchase.answered_at = key, now
    purchase.save()
    event = PurchaseAnswered(
        purchase_id=purchase.pk,
        number=purchase.number,
        order_id=purchase.order_id,
        node_id=purchase.node_id,
        state=purchase.state,
    )
    emit(event, node_id=purchase.node_id, subject=purchase.number)
    return purchase


def _once_asked(purchase: PurchaseOrder) -> dict[int, Decimal]:
    """Row → the most that it was asked for before changes: an answer may cross a change on its way."""
    most: dict[int, Decimal] = {}
    for change in purchase.changes.all():
        for line in change.lines:
            before = Decimal(line["before"])
            most[line["row"]] = max(before, most.get(line["row"], before))
    return most


def _check_rows(
    lines: Mapping[int, PurchaseLine],
    told: Mapping[int, AnsweredLine],
    once: Mapping[int, Decimal],
) -> None:
    rows = [
        {"row": row, "message": _("The purchase order has no such line, or less was ordered.")}
        for row, answer in told.items()
        if row not in lines
        or (
            answer.quantity is not None
            and not 0 <= answer.quantity <= max(lines[row].quantity, once.get(row, Decimal(0)))
        )
    ]
    if rows:
        raise AnswerUnreadable(
            _("Some lines of the answer do not fit the purchase order."), rows=rows
        )


def _write(line: PurchaseLine, told: AnsweredLine | None, whole: str) -> None:
    line.answer = told.answer if told else whole
    quantity = told.quantity if told and told.quantity is not None else line.quantity
    kept = min(quantity, line.quantity)
    line.confirmed = Decimal(0) if line.answer == LineAnswer.REJECTED else kept
    line.deliver_on = told.on if told else None


def _state(lines: Sequence[PurchaseLine]) -> PurchaseState:
    lines = [line for line in lines if line.quantity] or lines
    answers = {line.answer for line in lines}
    if answers == {LineAnswer.REJECTED}:
        return PurchaseState.REJECTED
    same = answers == {LineAnswer.ACCEPTED} and all(x.confirmed == x.quantity for x in lines)
    return PurchaseState.ACCEPTED if same else PurchaseState.CHANGED


def _key(answered: Answered) -> str:
    """What makes two answers the same: the reference and what is said."""
    said = ";".join(
        f"{x.row}{x.answer}{x.quantity}{x.on}" for x in sorted(answered.lines, key=lambda x: x.row)
    )
    return f"{answered.reference[:30]}|{answered.answer}|{hash_of(said)}"


def hash_of(text: str) -> str:
    """A short name of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
