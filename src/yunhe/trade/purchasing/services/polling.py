"""Ask suppliers for their answers, and compare what they have with what we sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from yunhe.platform.access.principal import Principal
from yunhe.platform.connectors.breaker import guarded
from yunhe.platform.connectors.choices import MessageState
from yunhe.platform.connectors.models import ConnectorState
from yunhe.platform.connectors.services import resend
from yunhe.platform.errors import DomainError
from yunhe.trade.purchasing.choices import ChangeState, PurchaseState
from yunhe.trade.purchasing.models import PurchaseChange, PurchaseOrder
from yunhe.trade.purchasing.services.answering import record_answers
from yunhe.trade.purchasing.suppliers import Outstanding, Supplier, suppliers
from yunhe.trade.purchasing.transitions import OPEN

QUIET = timedelta(hours=24)
"""A purchase order without an answer for so long is looked for at the supplier."""


def poll_suppliers(*, actor: Principal, now: datetime) -> int:
    """Ask every supplier for answers to what is outstanding; how many were taken in.

    One answer that cannot be read stops no other: the supplier's health page names it.
    """
    mark_sent()
    return sum(_poll(supplier, actor=actor, now=now) for supplier in suppliers())


def _poll(supplier: Supplier, *, actor: Principal, now: datetime) -> int:
    outstanding = _outstanding(supplier.code)
    if not outstanding:
        return 0
    answer = guarded(supplier.code, partial(supplier.answers, outstanding, now=now), now=now)
    taken = 0
    for text in answer.value or ():
        try:
            with transaction.atomic():
                taken += len(record_answers(supplier.code, text, actor=actor, now=now))
        except DomainError as error:
            ConnectorState.objects.filter(code=supplier.code).update(error=str(error)[:300])
    return taken


def mark_sent() -> int:
    """Purchase orders whose message has left are sent; how many."""
    rows = PurchaseOrder.objects.filter(
        state=PurchaseState.QUEUED, message__state=MessageState.SENT
    )
    return rows.update(state=PurchaseState.SENT)


def reconcile(*, now: datetime) -> int:
    """Send again what a supplier does not know though it was sent a day ago; how many."""
    again: list[int] = []
    for supplier in suppliers():
        silent = {
            one.number: one.message_id
            for one in PurchaseOrder.objects.filter(
                connector=supplier.code,
                state=PurchaseState.SENT,
                message__sent_at__lt=now - QUIET,
            )
        }
        if silent:
            answer = guarded(supplier.code, partial(supplier.known, set(silent)), now=now)
            if answer.good:
                known = answer.value or set()
                again += [pk for number, pk in silent.items() if number not in known]
    PurchaseOrder.objects.filter(message__in=again).update(state=PurchaseState.QUEUED)
    return resend(again, now=now)


def _outstanding(connector: str) -> Sequence[Outstanding]:
    rows = PurchaseOrder.objects.filter(
        connector=connector, state__in=OPEN, message__state=MessageState.SENT
    )
    changes = PurchaseChange.objects.filter(
        purchase__connector=connector, state=ChangeState.OPEN, message__state=MessageState.SENT
    ).select_related("purchase", "message")
    return [
        *(
            Outstanding(one.number, one.message.body, one.message.sent_at or one.created_at)
            for one in rows.select_related("message").order_by("pk")
        ),
        *(
            Outstanding(
                one.purchase.number, one.message.body, one.message.sent_at or one.created_at
            )
            for one in changes.order_by("pk")
        ),
    ]
