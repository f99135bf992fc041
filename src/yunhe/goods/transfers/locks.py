"""The only place where transfers take row locks."""

from __future__ import annotations

from yunhe.goods.transfers.models import Transfer
from yunhe.platform.errors import NotFound


def lock_transfer(transfer_id: int) -> Transfer:
    """The transfer, locked until the transaction ends. Raises NotFound outside the scope."""
    found = Transfer.objects.select_for_update(no_key=True).filter(pk=transfer_id).first()
    if found is None:
        raise NotFound()
    return found
