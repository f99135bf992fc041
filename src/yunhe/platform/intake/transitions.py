"""The legal moves of an import; buttons, API and the runner all read this table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.choices import State
from yunhe.platform.intake.errors import ImportBusy
from yunhe.platform.ui.moves import Move, Moves

HELD = frozenset({State.CHECKED, State.ASKED})
"""States in which a person's word is waited for."""
ENDED_EARLY = frozenset({State.FAILED, State.CANCELLED})
RUNNING = frozenset({State.QUEUED, State.CHECKING, State.POSTING})
"""States in which a worker may hold the import; after a kill it is taken up again from here."""
MOVES = Moves(
    Move("start", "", HELD | ENDED_EARLY | {State.REGISTERED}, State.QUEUED),
    Move("check", "", frozenset({State.QUEUED}), State.CHECKING),
    Move("hold", "", frozenset({State.CHECKING}), State.CHECKED),
    Move("ask", "", RUNNING, State.ASKED),
    Move("post", "", frozenset({State.QUEUED, State.CHECKING}), State.POSTING),
    Move("finish", "", frozenset({State.POSTING}), State.DONE),
    Move("fail", "", RUNNING, State.FAILED),
    Move("cancel", "", RUNNING | HELD | {State.REGISTERED}, State.CANCELLED),
    Move("map_anew", "", HELD | ENDED_EARLY | {State.DONE}, State.REGISTERED),
    states=State,
    what=_("The import"),
    refused=ImportBusy,
)


def may_move(current: str, wanted: State) -> bool:
    """Whether some move leads from one state to the other."""
    return any(move.target == wanted and current in move.sources for move in MOVES.values())
