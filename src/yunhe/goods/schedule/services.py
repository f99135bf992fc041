"""Writes of the production schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.goods.schedule.errors import ScheduleRefused
from yunhe.goods.schedule.models import Promise, ScheduledProduction
from yunhe.goods.schedule.permissions import CHANGE
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """`quantity` base units of a SKU available on a day; 0 takes the line back."""

    sku_id: int
    on: date
    quantity: Decimal
    confirmed: bool = False
    ref: str = ""


def plan_production(node: Node, lines: Sequence[PlanLine], *, actor: Principal) -> int:
    """Write lines of the schedule; the same product, day and document is overwritten.

    Returns the number of lines. Raises NotAllowed, ScheduleRefused (below zero).
    """
    actor.check(CHANGE, path=node.path)
    faults = [
        {"row": at, "sku_id": line.sku_id, "message": _("The quantity is not below zero.")}
        for at, line in enumerate(lines, start=1)
        if line.quantity < 0
    ]
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
            )
            for line in latest.values()
            if line.quantity
        ],
        update_conflicts=True,
        unique_fields=["node", "sku", "on", "ref"],
        update_fields=["quantity", "confirmed"],
    )
    return len(latest)


def keep_promises(
    supplier_id: int, promised: Mapping[int, tuple[date, Decimal]], *, ref: str
) -> None:
    """Note what a document was promised beyond the stock: SKU id -> day, base units. Replaces all of `ref`.

    For orders; the calling use case checks its permission.
    """
    with owner_access("promises are kept by the documents that were promised"):
        Promise.objects.filter(ref=ref).delete()
        Promise.objects.bulk_create(
            Promise(node_id=supplier_id, sku_id=sku_id, on=on, quantity=quantity, ref=ref)
            for sku_id, (on, quantity) in promised.items()
            if quantity > 0
        )


def drop_promises(ref: str) -> None:
    """Forget what a document was promised: it was fulfilled from stock or cancelled."""
    with owner_access("promises are kept by the documents that were promised"):
        Promise.objects.filter(ref=ref).delete()
