"""Writes of the production schedule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.schedule.arrivals import arrivals
from yunhe.goods.schedule.compute import Dated, Wanted, compute_promises
from yunhe.goods.schedule.errors import ScheduleRefused
from yunhe.goods.schedule.events import PromiseMoved
from yunhe.goods.schedule.locks import lock_production, lock_promises
from yunhe.goods.schedule.models import Promise, ScheduledProduction
from yunhe.goods.schedule.permissions import CHANGE
from yunhe.goods.stock.queries import available
from yunhe.goods.stock.services import GoodsLine, receive_goods
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.trade.catalog.units import Counted, count_faults


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """`quantity` base units of a SKU available on a day; 0 takes the line back."""

    sku_id: int
    on: date
    quantity: Decimal
    confirmed: bool = False
    ref: str = ""


def plan_production(
    node: Node, lines: Sequence[PlanLine], *, actor: Principal, now: datetime | None = None
) -> int:
    """Write lines of the schedule; the same product, day and document is overwritten.

    Promises follow. Returns the number of lines. Emits PromiseMoved. Raises NotAllowed, ScheduleRefused (below zero).
    """
    actor.check(CHANGE, path=node.path)
    faults = [
        {"row": at, "sku_id": line.sku_id, "message": _("The quantity is not below zero.")}
        for at, line in enumerate(lines, start=1)
        if line.quantity < 0
    ]
    faults += count_faults(
        Counted(at, line.sku_id, line.quantity) for at, line in enumerate(lines, start=1)
    )
    if faults:
        raise ScheduleRefused(_("Some lines cannot be scheduled."), rows=faults)
    latest = {(line.sku_id, line.on, line.ref): line for line in lines}
    for sku_id, on, ref in (key for key, line in latest.items() if not line.quantity):
        ScheduledProduction.objects.filter(node=node, sku_id=sku_id, on=on, ref=ref).delete()
    ScheduledProduction.objects.bulk_create(
        [
            ScheduledProduction(
                node=node,
                sku_id=line.sku_id,
                on=line.on,
                quantity=line.quantity,
                confirmed=line.confirmed,
                ref=line.ref,
                first_on=line.on,
            )
            for line in latest.values()
            if line.quantity
        ],
        update_conflicts=True,
        unique_fields=["node", "sku", "on", "ref"],
        update_fields=["quantity", "confirmed"],
    )
    skus = {line.sku_id for line in latest.values()}
    repromise(node.pk, skus, now=now or timezone.now())
    return len(latest)


def keep_promises(
    supplier_id: int,
    promised: Mapping[int, tuple[date, Decimal]],
    *,
    ref: str,
    partner_id: int | None = None,
) -> None:
    """Note what a document was promised beyond the stock: SKU id -> day, base units. Replaces all of `ref`.

    For orders; the calling use case checks its permission.
    """
    with owner_access("promises are kept by the documents that were promised"):
        Promise.objects.filter(ref=ref).delete()
        Promise.objects.bulk_create(
            Promise(
                node_id=supplier_id,
                sku_id=sku_id,
                on=on,
                first_on=on,
                quantity=quantity,
                ref=ref,
                partner_id=partner_id,
            )
            for sku_id, (on, quantity) in promised.items()
            if quantity > 0
        )


def drop_promises(ref: str) -> None:
    """Forget what a document was promised: it was fulfilled from stock or cancelled."""
    with owner_access("promises are kept by the documents that were promised"):
        Promise.objects.filter(ref=ref).delete()


def resize_promises(ref: str, wanted: Mapping[int, Decimal]) -> None:
    """Let what a document was promised follow its quantities: SKU id -> base units, absent ones go.

    The days stay. Two statements.
    """
    with owner_access("promises are kept by the documents that were promised"):
        kept = list(Promise.objects.filter(ref=ref))
        gone = [promise.pk for promise in kept if not wanted.get(promise.sku_id)]
        Promise.objects.filter(pk__in=gone).delete()
        left = [promise for promise in kept if promise.pk not in gone]
        for promise in left:
            promise.quantity = wanted[promise.sku_id]
        Promise.objects.bulk_update(left, ["quantity"])


def fulfil_promises(ref: str, *, now: datetime) -> None:
    """The goods are reserved for the document now: its promises stay on record and count no more."""
    with owner_access("promises are kept by the documents that were promised"):
        Promise.objects.filter(ref=ref, kept_at=None).update(kept_at=now)


def start_production(
    line: ScheduledProduction, *, actor: Principal, now: datetime
) -> ScheduledProduction:
    """Production has begun. Raises NotAllowed, ScheduleRefused when it is finished or began already."""
    line = _open(line, actor)
    if line.started_at is not None:
        raise ScheduleRefused(_("This production has begun already."))
    line.started_at, line.confirmed = now, True
    line.save(update_fields=["started_at", "confirmed"])
    return line


def move_production(
    line: ScheduledProduction, *, on: date, actor: Principal, now: datetime
) -> ScheduledProduction:
    """Production comes on another day; the promises on it follow, and who was promised is told.

    Emits PromiseMoved for every promise that moves. Raises NotAllowed, ScheduleRefused when it is
    finished or another line of the plan has that day.
    """
    line = _open(line, actor)
    same = ScheduledProduction.objects.filter(
        node_id=line.node_id, sku_id=line.sku_id, on=on, ref=line.ref
    ).exclude(pk=line.pk)
    if same.exists():
        raise ScheduleRefused(_("Another line of this plan has the same day."), field="on")
    line.first_on = line.first_on or line.on
    line.on = on
    line.save(update_fields=["on", "first_on"])
    repromise(line.node_id, {line.sku_id}, now=now)
    return line


def finish_production(
    line: ScheduledProduction, *, made: Decimal, actor: Principal, now: datetime
) -> ScheduledProduction:
    """The goods are made and reach the place's stock; whoever waited for them gets them first.

    Less than planned moves the promises that are left. Emits PromiseMoved. Raises NotAllowed,
    ScheduleRefused when it is finished already or `made` is not above zero.
    """
    line = _open(line, actor)
    if made <= 0:
        raise ScheduleRefused(_("The quantity must be above zero."), field="made")
    line.started_at = line.started_at or now
    line.finished_at, line.made = now, made
    line.save(update_fields=["started_at", "finished_at", "made"])
    goods = [GoodsLine(sku_id=line.sku_id, quantity=made)]
    ref = f"production:{line.pk}"
    on = timezone.localdate(now)
    receive_goods(line.node_id, goods, ref=ref, on=on, actor=actor, now=now)
    with owner_access("goods go to whoever was promised first, whoever asks"):
        for hear in arrivals():
            hear(line.node_id, {line.sku_id}, actor=actor, now=now)
    repromise(line.node_id, {line.sku_id}, now=now)
    return line


def repromise(place_id: int, sku_ids: Collection[int], *, now: datetime) -> int:
    """Bring the promises of a place to what stock and schedule can keep; how many moved.

    Whoever was promised first keeps its day first. Five statements for any number of promises.
    Emits PromiseMoved.
    """
    on = timezone.localdate(now)
    with owner_access("promises to everybody move together"):
        promises = lock_promises(place_id, sku_ids)
        if not promises:
            return 0
        stock = available(place_id, sku_ids)
        made: dict[int, list[Dated]] = {}
        planned = ScheduledProduction.objects.filter(
            node_id=place_id, sku_id__in=sku_ids, on__gte=on, finished_at=None
        )
        for sku_id, day, quantity in planned.values_list("sku_id", "on", "quantity"):
            made.setdefault(sku_id, []).append(Dated(day, quantity))
        moved = _moved(promises, stock, made, on)
        Promise.objects.bulk_update([promise for promise, _was in moved], ["on"])
    emit_all(
        Emission(
            PromiseMoved(
                ref=promise.ref,
                partner_id=promise.partner_id,
                place_id=place_id,
                sku_id=promise.sku_id,
                was=was,
                on=promise.on,
            ),
            promise.partner_id or place_id,
            promise.ref,
        )
        for promise, was in moved
    )
    return len(moved)


def _moved(
    promises: Sequence[Promise],
    stock: Mapping[int, Decimal],
    made: Mapping[int, Sequence[Dated]],
    on: date,
) -> list[tuple[Promise, date | None]]:
    """The promises that come on another day, changed, with the day they had."""
    by_sku: dict[int, list[Promise]] = {}
    for promise in sorted(promises, key=lambda p: (p.first_on or p.on or on, p.pk)):
        by_sku.setdefault(promise.sku_id, []).append(promise)
    moved = []
    for sku_id, mine in by_sku.items():
        wanted = [Wanted(p.pk, p.first_on or p.on or on, p.quantity) for p in mine]
        days = compute_promises(stock[sku_id], made.get(sku_id, ()), wanted, on=on)
        for promise in mine:
            day = days[promise.pk]
            # goods that are there already are about to be reserved: the day of yesterday was kept
            if day != promise.on and not (day == on and promise.on and promise.on <= on):
                moved.append((promise, promise.on))
                promise.on = day
    return moved


def _open(line: ScheduledProduction, actor: Principal) -> ScheduledProduction:
    """The line, locked. Raises NotAllowed, NotFound out of scope, ScheduleRefused when it is finished."""
    found = lock_production(line.pk)
    actor.check(CHANGE, path=found.node.path)
    if found.finished_at is not None:
        raise ScheduleRefused(_("This production is finished."))
    return found
