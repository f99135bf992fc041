"""The only place where purchasing takes row locks."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from yunhe.platform.errors import NotFound
from yunhe.trade.purchasing.choices import PurchaseState
from yunhe.trade.purchasing.models import PurchaseChange, PurchaseOrder


def lock_purchase(*, number: str, connector: str) -> PurchaseOrder:
    """The purchase order by its number, locked until the transaction ends. Raises NotFound."""
    rows = PurchaseOrder.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("order").filter(number=number, connector=connector).first()
    if found is None:
        raise NotFound()
    return found


def lock_purchase_of(order_id: int) -> PurchaseOrder | None:
    """The purchase order in force of an order, locked until the transaction ends."""
    rows = PurchaseOrder.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("order__node", "message").filter(order=order_id)
    return found.exclude(state=PurchaseState.CANCELLED).first()


def lock_purchase_with(message_id: int) -> PurchaseOrder | None:
    """The purchase order that the message, or a change in it, is of; locked until the transaction ends."""
    changes = PurchaseChange.objects.filter(purchase=OuterRef("pk"), message=message_id)
    rows = PurchaseOrder.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("order__node", "message")
    return found.filter(Q(message=message_id) | Exists(changes)).first()
