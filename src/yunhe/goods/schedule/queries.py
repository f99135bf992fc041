"""Reads of the production schedule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
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
    planned = ScheduledProduction.objects.filter(
        node_id=supplier_id, sku_id__in=wanted, on__gte=on, finished_at=None
    )
    if confirmed_only:
        planned = planned.filter(confirmed=True)
    made: dict[int, list[Dated]] = defaultdict(list)
    for sku_id, day, quantity in planned.values_list("sku_id", "on", "quantity"):
        made[sku_id].append(Dated(day, quantity))
    promised: dict[int, list[Dated]] = defaultdict(list)
    with owner_access("a promise to others counts, though nobody learns whose it is"):
        rows = Promise.objects.filter(node_id=supplier_id, sku_id__in=wanted, kept_at=None)
        for sku_id, due, quantity in rows.values_list("sku_id", "on", "quantity"):
            # one that nothing covers any more is still owed, as soon as possible
            promised[sku_id].append(Dated(due or on, quantity))
    return stock, made, promised


def promised_refs(place_id: int, sku_ids: Iterable[int]) -> list[str]:
    """Documents that were promised any of the SKUs at a place, the earliest promise first."""
    with owner_access("goods go to whoever was promised first, whoever asks"):
        rows = Promise.objects.filter(
            node_id=place_id, sku_id__in=list(sku_ids), kept_at=None
        ).order_by("first_on", "pk")
        return list(dict.fromkeys(rows.values_list("ref", flat=True)))


def promised_places() -> dict[int, set[int]]:
    """Supply place -> SKU ids that it has promised and not yet reserved. For jobs."""
    found: dict[int, set[int]] = {}
    rows = Promise.objects.filter(kept_at=None).values_list("node_id", "sku_id")
    for node_id, sku_id in rows.distinct():
        found.setdefault(node_id, set()).add(sku_id)
    return found


def promises_of(refs: Iterable[str]) -> QuerySet[Promise]:
    """What these documents were promised, with the product."""
    return Promise.objects.filter(ref__in=list(refs)).select_related("sku").order_by("on", "pk")


def own_promises(node_ids: Iterable[int]) -> QuerySet[Promise]:
    """What partners were promised and still wait for, the earliest first."""
    return (
        Promise.objects.filter(partner_id__in=list(node_ids), kept_at=None)
        .select_related("sku")
        .order_by("on", "pk")
    )


def promised_from(line: ScheduledProduction) -> QuerySet[Promise]:
    """Promises of the line's product at its place that are not kept yet, the earliest first."""
    return (
        Promise.objects.filter(node_id=line.node_id, sku_id=line.sku_id, kept_at=None)
        .select_related("partner", "sku")
        .order_by("on", "pk")
    )


def started_for(promises: Iterable[Promise]) -> datetime | None:
    """When the production began that these promises rest on: of the lines up to the day promised."""
    places = {(promise.node_id, promise.sku_id) for promise in promises}
    days = [promise.on for promise in promises if promise.on is not None]
    if not places or not days:
        return None
    lines = ScheduledProduction.objects.filter(
        node_id__in={node_id for node_id, _sku in places},
        sku_id__in={sku_id for _node, sku_id in places},
        on__lte=max(days),
        started_at__isnull=False,
    )
    return lines.order_by("-on", "pk").values_list("started_at", flat=True).first()
