"""Push what was confirmed, ask for answers, reconcile, tell people."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Grant
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.connectors.events import MessageGivenUp
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify
from yunhe.trade.orders.events import (
    OrderAmended,
    OrderCancelled,
    OrderConfirmed,
    OrderReopened,
    OrderSplit,
)
from yunhe.trade.orders.models import Order
from yunhe.trade.purchasing.choices import ChangeState, PurchaseState
from yunhe.trade.purchasing.events import PurchaseAnswered, PurchaseChangeAnswered
from yunhe.trade.purchasing.permissions import CHANGE
from yunhe.trade.purchasing.services import (
    ensure_change,
    ensure_purchase,
    merge_given_up,
    poll_suppliers,
    reconcile,
)

CHANGED = declare_kind("purchasing.changed", _("A supplier changed or rejected an order"))


@listen(OrderConfirmed)
def push_confirmed(event: OrderConfirmed, *, actor: Principal) -> None:
    """A confirmed order goes to its place's system, once."""
    for order in Order.objects.filter(pk=event.order_id).select_related("node"):
        ensure_purchase(order, now=timezone.now())


@listen(OrderSplit)
def push_parts(event: OrderSplit, *, actor: Principal) -> None:
    """Parts of a confirmed order go to the systems of their places."""
    for order in Order.objects.filter(pk__in=event.parts).select_related("node").order_by("pk"):
        ensure_purchase(order, now=timezone.now())


@listen(OrderAmended, OrderCancelled, OrderReopened)
def push_change(event: OrderAmended | OrderCancelled | OrderReopened, *, actor: Principal) -> None:
    """What the supplier was asked for follows the order."""
    ensure_change(event.order_id, now=timezone.now())


def _of_purchase(event: MessageGivenUp) -> bool:
    return event.kind in ("x12.850", "x12.860")


@listen(MessageGivenUp, only=_of_purchase)
def merge_changes(event: MessageGivenUp, *, actor: Principal) -> None:
    """What waits behind the message is told by it, once somebody sends it again."""
    merge_given_up(event.message_id, now=timezone.now())


@listen(PurchaseChangeAnswered)
def tell_refused(event: PurchaseChangeAnswered, *, actor: Principal) -> None:
    """Sales operations read that a supplier delivers in spite of a change."""
    if event.state != ChangeState.REJECTED:
        return
    notify(
        _people(),
        kind=CHANGED,
        title=format_lazy(_("{number}: the change was refused"), number=event.number),
        body=_("The supplier delivers as it was ordered before."),
        url=reverse("purchasing:detail", args=[event.purchase_id]),
        dedupe_key=f"purchase:{event.purchase_id}:change:{event.sequence}",
    )


def _people() -> list[int]:
    roles = next(each.roles for each in all_permissions() if each.code == CHANGE)
    return sorted(Grant.objects.filter(role__in=roles).values_list("user_id", flat=True).distinct())


@listen(PurchaseAnswered)
def tell_changed(event: PurchaseAnswered, *, actor: Principal) -> None:
    """Sales operations read what is not as ordered."""
    if event.state == PurchaseState.ACCEPTED:
        return
    notify(
        _people(),
        kind=CHANGED,
        title=format_lazy(_("{number} is not delivered as ordered"), number=event.number),
        body=PurchaseState(event.state).label,
        url=reverse("purchasing:detail", args=[event.purchase_id]),
        dedupe_key=f"purchase:{event.purchase_id}:{event.state}",
    )


@job(
    name="purchasing.poll",
    title=_("Ask suppliers for their answers"),
    reason="purchase orders of all places are asked for together",
    cron="*/10 * * * *",
)
def poll(progress: Any, *, actor: Principal) -> int:
    """Every ten minutes."""
    with transaction.atomic():
        return poll_suppliers(actor=actor, now=timezone.now())


@job(
    name="purchasing.reconcile",
    title=_("Compare purchase orders with the suppliers"),
    reason="purchase orders of all places are compared together",
    cron="40 19 * * *",
)
def compare(progress: Any, *, actor: Principal) -> int:
    """Every night."""
    with transaction.atomic():
        return reconcile(now=timezone.now())
