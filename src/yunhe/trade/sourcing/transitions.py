"""The legal moves of a part that was offered to a dealer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.platform.ui.moves import Move, Moves
from yunhe.trade.sourcing import permissions
from yunhe.trade.sourcing.choices import PartState as S
from yunhe.trade.sourcing.errors import IllegalMove

MOVES = Moves(
    Move(
        "accept",
        gettext_lazy("Accept the order"),
        frozenset({S.OFFERED}),
        S.ACCEPTED,
        permissions.SERVE,
        "check",
    ),
    Move(
        "refuse",
        gettext_lazy("Refuse the order"),
        frozenset({S.OFFERED}),
        S.REFUSED,
        permissions.SERVE,
        "x",
    ),
    Move(
        "expire",
        gettext_lazy("Take back without an answer"),
        frozenset({S.OFFERED}),
        S.EXPIRED,
        permissions.CHANGE,
        "clock",
    ),
    states=S,
    what=gettext_lazy("The part"),
    refused=IllegalMove,
)
