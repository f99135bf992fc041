"""Background work of orders."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.arrivals import on_arrival
from yunhe.goods.schedule.queries import promised_places
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import confirm_orders, stock_waiting

CHUNK = 250
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
