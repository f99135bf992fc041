"""Background work of orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.arrivals import on_arrival
from yunhe.goods.schedule.queries import promised_places
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import DEALERS, Role
from yunhe.platform.errors import DomainError
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.events import (
    OrderCancelled,
    OrderConfirmed,
    OrderFact,
    OrderShipped,
    OrderSubmitted,
)
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import confirm_orders, stock_waiting

CHUNK = 250
ASKED = declare_kind("orders.store_order", _("A store ordered from you"))
ANSWERED = declare_kind("orders.answered", _("Your dealer answered an order"))
on_arrival(stock_waiting)


@job(
    name="orders.stock_waiting",
    title=_("Reserve produced goods for the orders that wait"),
    reason="goods go to whoever was promised first, of all partners",
    cron="*/15 * * * *",
)
def reserve_produced(progress: Progress, *, actor: Principal) -> int:
    """Every quarter of an hour, for goods that came without the schedule being told."""
    with transaction.atomic():
        return sum(
            len(stock_waiting(place_id, skus, actor=actor, now=timezone.now()))
            for place_id, skus in promised_places().items()
        )


@job(
    name="orders.confirm_batch",
    title=_("Confirm orders"),
    as_user=True,
    cancellable=True,
)
def confirm_batch(progress: Progress, *, actor: Principal, ids: list[int]) -> dict[str, Any]:
    """Confirm the submitted ones among these orders, some hundred a time.

    Runs in the scope of whoever asked; an order that left the state meanwhile is counted as failed.
    Running it again confirms nothing twice.
    """
    waiting = sorted(
        Order.objects.filter(pk__in=ids, status=OrderStatus.SUBMITTED).values_list("pk", flat=True)
    )
    progress.start(len(waiting))
    confirmed = 0
    for at in range(0, len(waiting), CHUNK):
        part = waiting[at : at + CHUNK]
        try:
            with transaction.atomic():
                confirm_orders(part, actor=actor, now=timezone.now())
        except DomainError:
            done = _one_by_one(part, actor=actor)
        else:
            done = len(part)
        confirmed += done
        progress.advance(len(part), failed=len(part) - done)
    return {"confirmed": confirmed, "asked": len(ids)}


def _between_partners(event: OrderFact) -> bool:
    return event.between_partners


@listen(OrderSubmitted, only=_between_partners)
def tell_seller(event: OrderSubmitted, *, actor: Principal) -> None:
    """The dealer learns that a store ordered from it."""
    store = Node.objects.get(pk=event.node_id)
    _tell(
        event.supplier_id,
        DEALERS,
        kind=ASKED,
        title=format_lazy(_("{store} ordered: {number}"), store=store.label, number=event.number),
        url=reverse("orders_portal:supply_detail", args=[event.order_id]),
        key=f"order:{event.order_id}:asked",
    )


@listen(OrderConfirmed, OrderShipped, OrderCancelled, only=_between_partners)
def tell_store(event: OrderConfirmed | OrderShipped | OrderCancelled, *, actor: Principal) -> None:
    """The store learns what its dealer did."""
    titles = {
        OrderConfirmed: _("Order {number}: your dealer has confirmed it"),
        OrderShipped: _("Order {number}: the goods are on their way"),
        OrderCancelled: _("Order {number} was cancelled"),
    }
    part = event.shipment if isinstance(event, OrderShipped) else 0
    _tell(
        event.node_id,
        (Role.STORE, *DEALERS),
        kind=ANSWERED,
        title=format_lazy(titles[type(event)], number=event.number),
        url=reverse("orders_portal:detail", args=[event.order_id]),
        key=f"order:{event.order_id}:{type(event).__name__}:{part}",
    )


def _tell(node_id: int, roles: Sequence[str], *, kind: str, title: Any, url: str, key: str) -> None:
    people = Grant.objects.filter(node_id=node_id, role__in=roles)
    notify(
        sorted(set(people.values_list("user_id", flat=True))),
        kind=kind,
        title=title,
        url=url,
        dedupe_key=key,
    )


def _one_by_one(ids: list[int], *, actor: Principal) -> int:
    """Those of a refused part that can be confirmed; how many."""
    done = 0
    for order_id in ids:
        try:
            with transaction.atomic():
                confirm_orders([order_id], actor=actor, now=timezone.now())
        except DomainError:
            continue
        done += 1
    return done
