"""The X12 documents of a purchase order as they are sent: the order itself, and a change of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from yunhe.trade.orders.models import Order
from yunhe.trade.purchasing.compute import Purchase, PurchaseLine, write_850, write_860
from yunhe.trade.purchasing.compute import PurchaseChange as Change
from yunhe.trade.purchasing.models import PurchaseOrder, SupplierLink

SENDER = "YUNHE"


def order_document(
    order: Order, number: str, lines: Sequence[PurchaseLine], *, account: str, now: datetime
) -> str:
    """The X12 850 that asks for these lines."""
    purchase = Purchase(
        number=number,
        on=timezone.localdate(now),
        wanted=order.wanted_on,
        ship_to=order.node.name,
        ship_to_code=order.node.code,
        currency=order.currency,
        lines=lines,
    )
    return write_850(
        purchase, sender=SENDER, receiver=account, control=order.pk, at=timezone.localtime(now)
    )


def change_document(purchase: PurchaseOrder, change: Change, *, now: datetime) -> str:
    """The X12 860 that tells the change."""
    return write_860(
        change,
        sender=SENDER,
        receiver=account_at(purchase),
        control=purchase.pk * 1000 + change.sequence,
        at=timezone.localtime(now),
    )


def account_at(purchase: PurchaseOrder) -> str:
    """Our number at the supplier; empty when the place is not connected any more."""
    link = SupplierLink.objects.filter(node_id=purchase.node_id).first()
    return link.account if link else ""
