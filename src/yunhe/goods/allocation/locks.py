"""The only place where allocation takes row locks."""

from __future__ import annotations

from yunhe.goods.allocation.models import Allocation
from yunhe.platform.errors import NotFound


def lock_allocation(allocation_id: int) -> Allocation:
    """The allocation, locked until the transaction ends. Raises NotFound out of scope."""
    found = Allocation.objects.select_for_update(no_key=True).filter(pk=allocation_id).first()
    if found is None:
        raise NotFound()
    return found
