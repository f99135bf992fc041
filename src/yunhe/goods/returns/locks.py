"""The only place where returns take row locks."""

from __future__ import annotations

from yunhe.goods.returns.models import Return
from yunhe.platform.errors import NotFound


def lock_return(return_id: int) -> Return:
    """The return, locked until the transaction ends. Raises NotFound outside the scope."""
    found = Return.objects.select_for_update(no_key=True, of=("self",)).filter(pk=return_id).first()
    if found is None:
        raise NotFound()
    return found
