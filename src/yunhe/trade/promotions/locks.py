"""The only place of promotions that locks rows."""

from __future__ import annotations

from yunhe.platform.errors import NotFound
from yunhe.trade.promotions.models import Promotion


def lock_promotion(promotion_id: int) -> Promotion:
    """The promotion, locked until the transaction ends. Raises NotFound out of scope."""
    found = (
        Promotion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("node")
        .filter(pk=promotion_id)
        .first()
    )
    if found is None:
        raise NotFound()
    return found
