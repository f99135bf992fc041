"""The legal steps of a return. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.goods.returns import permissions
from yunhe.goods.returns.choices import ReturnStatus as S
from yunhe.goods.returns.errors import IllegalMove
from yunhe.platform.ui.moves import Move, Moves

MOVES = Moves(
    Move(
        "approve",
        gettext_lazy("Approve"),
        frozenset({S.REQUESTED}),
        S.APPROVED,
        permissions.APPROVE,
        "check",
    ),
    Move(
        "reject",
        gettext_lazy("Reject"),
        frozenset({S.REQUESTED, S.APPROVED}),
        S.REJECTED,
        permissions.APPROVE,
        "x",
        gettext_lazy("Reject this return and give the right back?"),
    ),
    Move(
        "cancel",
        gettext_lazy("Cancel the return"),
        frozenset({S.REQUESTED, S.APPROVED}),
        S.CANCELLED,
        permissions.ASK,
        "arrow-back-up",
        gettext_lazy("Take this return back? What it holds of the right is free again."),
    ),
    Move(
        "ship",
        gettext_lazy("Goods are on their way back"),
        frozenset({S.APPROVED}),
        S.SHIPPED,
        permissions.ASK,
        "truck-return",
        gettext_lazy("Take the goods from your stock and send them back?"),
    ),
    Move(
        "expire",
        gettext_lazy("End without the goods"),
        frozenset({S.APPROVED}),
        S.EXPIRED,
        icon="clock",
        button=False,  # the calendar makes it
    ),
    Move(
        "inspect",
        gettext_lazy("Inspect"),
        frozenset({S.SHIPPED}),
        S.CREDITED,
        permissions.INSPECT,
        "search",
    ),
    states=S,
    what=gettext_lazy("Return %(number)s"),
    refused=IllegalMove,
)
