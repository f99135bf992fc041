"""Legal moves of a price list."""

from __future__ import annotations

from yunhe.trade.pricing.choices import ListStatus

# status -> where it may go
MOVES: dict[str, tuple[str, ...]] = {
    ListStatus.DRAFT: (ListStatus.PUBLISHED,),
    ListStatus.PUBLISHED: (ListStatus.WITHDRAWN,),
    ListStatus.WITHDRAWN: (ListStatus.PUBLISHED,),
}
