"""The legal moves in a SKU's life. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.ui.component import Text
from yunhe.trade.catalog.choices import Status
from yunhe.trade.catalog.errors import IllegalMove


@dataclass(frozen=True)
class Move:
    """An action: from which states, to which; `confirm` is asked before."""

    action: str
    label: Text
    sources: frozenset[Status]
    target: Status
    icon: str
    confirm: Text = ""


MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        Move(
            "release",
            gettext_lazy("Put on sale"),
            frozenset({Status.LAUNCH}),
            Status.ACTIVE,
            "check",
        ),
        Move(
            "phase_out",
            gettext_lazy("Phase out"),
            frozenset({Status.ACTIVE}),
            Status.PHASE_OUT,
            "trending-down",
            gettext_lazy("Dealers can then order only what is in stock. Phase this product out?"),
        ),
        Move(
            "keep",
            gettext_lazy("Keep on sale"),
            frozenset({Status.PHASE_OUT}),
            Status.ACTIVE,
            "check",
        ),
        Move(
            "block",
            gettext_lazy("Block"),
            frozenset({Status.LAUNCH, Status.ACTIVE, Status.PHASE_OUT}),
            Status.BLOCKED,
            "lock",
            gettext_lazy("Nobody can order a blocked product. Block it?"),
        ),
        Move(
            "unblock", gettext_lazy("Unblock"), frozenset({Status.BLOCKED}), Status.ACTIVE, "check"
        ),
        Move(
            "discontinue",
            gettext_lazy("Discontinue"),
            frozenset({Status.LAUNCH, Status.PHASE_OUT, Status.BLOCKED}),
            Status.DISCONTINUED,
            "x",
            gettext_lazy("A discontinued product does not come back. Discontinue it?"),
        ),
    )
}


def moves_from(status: str) -> list[Move]:
    """What may be done with a SKU in this state."""
    return [move for move in MOVES.values() if status in move.sources]


def check_move(status: str, action: str) -> Move:
    """The move. Raises IllegalMove when the state does not allow it or no such move exists."""
    move = MOVES.get(action)
    if move is None or status not in move.sources:
        raise IllegalMove(
            _("A product that is “%(status)s” does not allow this.")
            % {"status": Status(status).label}
        )
    return move
