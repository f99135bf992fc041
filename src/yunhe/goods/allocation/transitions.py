"""The legal moves of an allocation. Buttons, API and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.goods.allocation import permissions
from yunhe.goods.allocation.choices import AllocationStatus as S
from yunhe.goods.allocation.errors import IllegalMove
from yunhe.platform.ui.moves import Move, Moves

MOVES = Moves(
    Move(
        "compute",
        gettext_lazy("Compute the quotas"),
        frozenset({S.DRAFT, S.COMPUTED}),
        S.COMPUTED,
        permissions.PLAN,
        "calculator",
    ),
    Move(
        "approve",
        gettext_lazy("Approve"),
        frozenset({S.COMPUTED}),
        S.APPROVED,
        permissions.APPROVE,
        "check",
    ),
    Move(
        "publish",
        gettext_lazy("Publish to the dealers"),
        frozenset({S.APPROVED}),
        S.PUBLISHED,
        permissions.APPROVE,
        "send",
        gettext_lazy("Tell every dealer its quota and the reason? Orders consume it from then on."),
    ),
    Move(
        "expire",
        gettext_lazy("End early"),
        frozenset({S.PUBLISHED}),
        S.EXPIRED,
        permissions.APPROVE,
        "x",
        gettext_lazy("End the allocation? Quota that no order uses returns."),
    ),
    Move(
        "cancel",
        gettext_lazy("Cancel the allocation"),
        frozenset({S.DRAFT, S.COMPUTED, S.APPROVED}),
        S.CANCELLED,
        permissions.PLAN,
        "x",
    ),
    states=S,
    what=gettext_lazy("The allocation"),
    refused=IllegalMove,
)
