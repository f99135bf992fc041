"""The only place where purchasing takes row locks."""

from __future__ import annotations

from yunhe.platform.errors import NotFound
from yunhe.trade.purchasing.models import PurchaseOrder


def lock_purchase(*, number: str, connector: str) -> PurchaseOrder:
    """The purchase order by its number, locked until the transaction ends. Raises NotFound."""
    rows = PurchaseOrder.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related("order").filter(number=number, connector=connector).first()
    if found is None:
        raise NotFound()
    return found
