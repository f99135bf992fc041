"""The only place where delivery takes row locks."""

from __future__ import annotations

from yunhe.goods.delivery.models import DeliveryPlan
from yunhe.platform.errors import NotFound


def lock_plan(plan_id: int) -> DeliveryPlan:
    """The plan, locked until the transaction ends; its tours and stops change under this lock alone.
    Raises NotFound out of scope."""
    plans = DeliveryPlan.objects.select_for_update(no_key=True, of=("self",))
    found = plans.select_related("depot", "node").filter(pk=plan_id).first()
    if found is None:
        raise NotFound()
    return found
