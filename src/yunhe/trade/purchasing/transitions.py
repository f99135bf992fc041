"""The legal moves of a purchase order."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yunhe.trade.purchasing.choices import PurchaseState as S
from yunhe.trade.purchasing.errors import IllegalMove


@dataclass(frozen=True)
class Move:
    """An event: from which states, to which."""

    action: str
    sources: frozenset[str]
    target: str


OPEN = frozenset({S.QUEUED, S.SENT})
ANSWERABLE = frozenset({S.QUEUED, S.SENT, S.CHANGED, S.ACCEPTED})
MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        Move("send", frozenset({S.QUEUED}), S.SENT),
        Move("accept", ANSWERABLE, S.ACCEPTED),
        Move("change", ANSWERABLE, S.CHANGED),
        Move("reject", ANSWERABLE, S.REJECTED),
        Move("cancel", ANSWERABLE, S.CANCELLED),
    )
}


def check_move(state: str, action: str) -> Move:
    """The move, or IllegalMove when a purchase order in this state does not make it."""
    move = MOVES[action]
    if state not in move.sources:
        raise IllegalMove(
            _("The purchase order is “%(state)s” already.") % {"state": S(state).label}
        )
    return move
