"""The legal moves of an import; buttons, API and the runner all read this table."""

from __future__ import annotations

from yunhe.platform.intake.choices import State

MOVES: dict[State, frozenset[State]] = {
    State.REGISTERED: frozenset({State.QUEUED, State.CANCELLED}),
    State.QUEUED: frozenset(
        {State.CHECKING, State.POSTING, State.ASKED, State.FAILED, State.CANCELLED}
    ),
    State.CHECKING: frozenset(
        {State.CHECKED, State.POSTING, State.ASKED, State.FAILED, State.CANCELLED}
    ),
    State.CHECKED: frozenset({State.QUEUED, State.REGISTERED, State.CANCELLED}),
    State.ASKED: frozenset({State.QUEUED, State.REGISTERED, State.CANCELLED}),
    State.POSTING: frozenset({State.DONE, State.ASKED, State.FAILED, State.CANCELLED}),
    State.FAILED: frozenset({State.QUEUED, State.REGISTERED}),
    State.CANCELLED: frozenset({State.QUEUED, State.REGISTERED}),
    State.DONE: frozenset({State.REGISTERED}),
}
RUNNING = frozenset({State.QUEUED, State.CHECKING, State.POSTING})
"""States in which a worker may hold the import; after a kill it is taken up again from here."""


def may_move(current: str, wanted: State) -> bool:
    """Whether the table allows the move."""
    return wanted in MOVES[State(current)]
