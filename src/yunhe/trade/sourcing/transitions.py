"""The legal moves of a part that was offered to a dealer."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.ui.moves import Move
from yunhe.trade.sourcing import permissions
from yunhe.trade.sourcing.choices import PartState as S
from yunhe.trade.sourcing.errors import IllegalMove

MOVES: dict[str, Move] = {
    move.action: move
    for move in (
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
    )
}


def check_move(state: str, action: str) -> Move:
    """The move, or IllegalMove when a part in this state does not make it."""
    move = MOVES[action]
    if state not in move.sources:
        words = {"state": S(state).label, "action": move.label}
        raise IllegalMove(_("The part is “%(state)s”: “%(action)s” is not possible.") % words)
    return move
