"""Stock places and counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.errors import MovementRefused
from yunhe.goods.stock.locks import lock_counts
from yunhe.goods.stock.models import StockBalance, StockPlace
from yunhe.goods.stock.permissions import COUNT, COUNT_OWN, RECORD
from yunhe.goods.stock.queries import SUPPLY, books_on, supplies, supply_key
from yunhe.goods.stock.services.movements import MovementLine, record_movements
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.trade.catalog.units import Counted, count_faults


def open_place(
    node: Node,
    *,
    supplies: bool = False,
    resells: bool = False,
    negative_allowed: bool = True,
    actor: Principal,
) -> StockPlace:
    """Say how a node keeps stock. A supply place never goes below zero.

    What it holds becomes the limit that orders may reserve. A partner that `resells` is who the
    partners below it order from. Raises NotAllowed, MovementRefused when balances are below zero and
    must not be, or when a place would be both or is no partner.
    """
    actor.check(RECORD, path=node.path)
    if resells and (supplies or node.kind != NodeKind.PARTNER):
        raise MovementRefused(
            _("Stores order from a partner that is not a supply place of the manufacturer."),
            field="resells",
        )
    negative_allowed = negative_allowed and not supplies
    with owner_access("balances and places are written by the owner alone; the right was checked"):
        balances = StockBalance.objects.filter(node=node)
        if not negative_allowed and balances.filter(quantity__lt=0).exists():
            raise MovementRefused(_("Balances are below zero: count the stock first."))
        place, _created = StockPlace.objects.update_or_create(
            node=node,
            defaults={
                "supplies": supplies,
                "resells": resells,
                "negative_allowed": negative_allowed,
            },
        )
        balances.update(negative_allowed=negative_allowed)
    if supplies:
        _open_supply(node.pk, balances.filter(status=StockStatus.AVAILABLE))
    return place


def record_count(
    node_id: int,
    counts: Mapping[int, Decimal],
    *,
    ref: str,
    on: date,
    opening: bool = False,
    actor: Principal,
    now: datetime,
) -> dict[int, Decimal]:
    """Bring the available stock of the counted SKUs at the end of the day `on` to what was counted.

    What moved after that day stays on top of it. Returns SKU id -> difference written (counted −
    book of the day); SKUs without one are absent. `opening` marks the first count. Repeating `ref`
    finds no difference. Raises NotAllowed, MovementRefused (negative count), CapacityExceeded (orders
    hold more than was counted).
    """
    if not actor.can(COUNT):
        actor.check(COUNT_OWN)
    if any(counted < 0 for counted in counts.values()):
        raise MovementRefused(_("A count cannot be below zero."))
    rows = count_faults(
        Counted(at, sku, counted) for at, (sku, counted) in enumerate(counts.items(), start=1)
    )
    if rows:
        raise MovementRefused(_("Some counts cannot be recorded."), rows=rows)
    lock_counts(node_id)
    book = books_on(node_id, on, counts)
    found = {sku: counted - book.get(sku, Decimal(0)) for sku, counted in counts.items()}
    found = {sku: difference for sku, difference in found.items() if difference}
    reason = Reason.OPENING if opening else Reason.COUNT
    lines = [
        MovementLine(
            sku_id=sku,
            quantity=abs(difference),
            reason=reason,
            key=f"{ref}|count|{sku}",
            source=node_id if difference < 0 else None,
            target=node_id if difference > 0 else None,
            ref=ref,
        )
        for sku, difference in sorted(found.items())
    ]
    recorded = record_movements(lines, on=on, actor=actor, now=now)
    written = {line.sku_id: found[line.sku_id] for line in lines if line.key in recorded}
    if written and supplies(node_id):
        deltas = {supply_key(node_id, sku): difference for sku, difference in written.items()}
        capacity.adjust_limit(SUPPLY, deltas, node_id=node_id)
    return written


def _open_supply(node_id: int, balances: QuerySet[StockBalance]) -> None:
    limits = {supply_key(node_id, balance.sku_id): balance.quantity for balance in balances}
    if limits:
        capacity.set_limits(SUPPLY, limits, node_id=node_id)
