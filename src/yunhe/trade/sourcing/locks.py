"""The only place where sourcing takes row locks."""

from __future__ import annotations

from yunhe.platform.errors import NotFound
from yunhe.trade.sourcing.models import Part


def lock_part(order_id: int) -> Part:
    """The part, locked until the transaction ends. Raises NotFound out of scope."""
    found = (
        Part.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order")
        .filter(pk=order_id)
        .first()
    )
    if found is None:
        raise NotFound()
    return found
