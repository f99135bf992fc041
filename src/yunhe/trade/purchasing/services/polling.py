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
from yunhe.platform.errors import DomainError
from yunhe.trade.purchasing.choices import ChangeState, PurchaseState
from yunhe.trade.purchasing.locks import lock_purchase
from yunhe.trade.purchasing.models import PurchaseChange, PurchaseOrder
from yunhe.trade.purchasing.services.answering import record_answers
from yunhe.trade.purchasing.services.merging import tell_again
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
    """Send again, as it is now, what a supplier does not know though it was sent a day ago; how many."""
    return sum(_tell_lost(supplier, now=now) for supplier in suppliers())


def _tell_lost(supplier: Supplier, *, now: datetime) -> int:
    silent = set(
        PurchaseOrder.objects.filter(
            connector=supplier.code, state=PurchaseState.SENT, message__sent_at__lt=now - QUIET
        ).values_list("number", flat=True)
    )
    if not silent:
        return 0
    answer = guarded(supplier.code, partial(supplier.known, silent), now=now)
    if not answer.good:
        return 0
    sent = 0
    for number in sorted(silent - set(answer.value or ())):
        purchase = lock_purchase(number=number, connector=supplier.code)
        if purchase.state == PurchaseState.SENT and tell_again(purchase, now=now):
            purchase.state = PurchaseState.QUEUED
            purchase.save(update_fields=["state"])
            sent += 1
    return sent


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
