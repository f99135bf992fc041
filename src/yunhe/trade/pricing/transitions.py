"""Legal moves of a price list."""

from __future__ import annotations

from yunhe.trade.pricing.choices import ChangeState, ListStatus

# status -> where it may go
MOVES: dict[str, tuple[str, ...]] = {
    ListStatus.DRAFT: (ListStatus.PUBLISHED,),
    ListStatus.PUBLISHED: (ListStatus.WITHDRAWN,),
    ListStatus.WITHDRAWN: (ListStatus.PUBLISHED,),
}

# of a price change: what is done -> (from, to)
CHANGE_MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "submit": ((ChangeState.DRAFT, ChangeState.REJECTED), ChangeState.SUBMITTED),
    "commit": ((ChangeState.SUBMITTED,), ChangeState.COMMITTED),
    "reject": ((ChangeState.SUBMITTED,), ChangeState.REJECTED),
    "cancel": (
        (ChangeState.DRAFT, ChangeState.SUBMITTED, ChangeState.REJECTED),
        ChangeState.CANCELLED,
    ),
}
