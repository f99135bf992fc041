"""Reads of the production schedule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from yunhe.goods.schedule.compute import Dated, compute_available, compute_promise
from yunhe.goods.schedule.models import Promise, ScheduledProduction
from yunhe.goods.stock.queries import available
from yunhe.platform.access.session import owner_access


def list_schedule() -> QuerySet[ScheduledProduction]:
    """Scheduled production that the reader may know of, the earliest first."""
    return ScheduledProduction.objects.select_related("node", "sku").order_by("on", "sku__code")


def promise_dates(
    supplier_id: int, wanted: Mapping[int, Decimal], on: date, *, confirmed_only: bool = False
) -> dict[int, date | None]:
    """SKU id -> first day from `on` on which the quantity can be promised; None: not yet planned.

    From what orders have left of the stock, scheduled production and promises already made. Four
    statements for any number of SKUs.
    """
    stock, made, promised = _facts(supplier_id, wanted, on, confirmed_only)
    return {
        sku_id: compute_promise(quantity, stock[sku_id], made[sku_id], promised[sku_id], on=on)
        for sku_id, quantity in wanted.items()
    }


def available_to_promise(
    supplier_id: int, sku_ids: Iterable[int], on: date
) -> dict[int, list[Dated]]:
    """SKU id -> what can be promised for each day on which it changes."""
    wanted = list(sku_ids)
    stock, made, promised = _facts(supplier_id, wanted, on, False)
    return {
        sku_id: compute_available(stock[sku_id], made[sku_id], promised[sku_id], on=on)
        for sku_id in wanted
    }


def _facts(
    supplier_id: int, sku_ids: Iterable[int], on: date, confirmed_only: bool
) -> tuple[dict[int, Decimal], dict[int, list[Dated]], dict[int, list[Dated]]]:
    wanted = list(sku_ids)
    stock = available(supplier_id, wanted)
    planned = ScheduledProduction.objects.filter(node_id=supplier_id, sku_id__in=wanted, on__gte=on)
    if confirmed_only:
        planned = planned.filter(confirmed=True)
    made: dict[int, list[Dated]] = defaultdict(list)
    for sku_id, day, quantity in planned.values_list("sku_id", "on", "quantity"):
        made[sku_id].append(Dated(day, quantity))
    promised: dict[int, list[Dated]] = defaultdict(list)
    with owner_access("a promise to others counts, though nobody learns whose it is"):
        rows = Promise.objects.filter(node_id=supplier_id, sku_id__in=wanted)
        for sku_id, day, quantity in rows.values_list("sku_id", "on", "quantity"):
            promised[sku_id].append(Dated(day, quantity))
    return stock, made, promised
