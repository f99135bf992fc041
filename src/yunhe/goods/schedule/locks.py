"""The only place where the schedule takes row locks."""

from __future__ import annotations

from collections.abc import Collection

from yunhe.goods.schedule.models import Promise, ScheduledProduction
from yunhe.platform.errors import NotFound


def lock_production(line_id: int) -> ScheduledProduction:
    """The line with its place, locked until the transaction ends. Raises NotFound out of scope."""
    rows = ScheduledProduction.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("node", "sku").filter(pk=line_id).first()
    if found is None:
        raise NotFound()
    return found


def lock_promises(place_id: int, sku_ids: Collection[int]) -> list[Promise]:
    """Promises that are not kept yet, locked in the order of their ids."""
    rows = Promise.objects.select_for_update(no_key=True).filter(
        node_id=place_id, sku_id__in=sku_ids, kept_at=None
    )
    return list(rows.order_by("pk"))
