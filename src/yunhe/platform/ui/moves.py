"""The life of a document: its states and the legal moves between them, as `transitions.py` lists them.

Services ask the table before they change a state; buttons, the API's `actions` and the diagram in
the docs are read from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from yunhe.platform.errors import DomainError
from yunhe.platform.ui.component import Text


@dataclass(frozen=True)
class Move:
    """An action: from which states, to which, with which permission; `confirm` is asked before.

    `button`: whether people find it among the actions of a record in such a state. Moves that a
    job, an approval or a page of their own makes have none.
    """

    action: str
    label: Text
    sources: frozenset[str]
    target: str
    permission: str = ""
    icon: str = ""
    confirm: Text = ""
    button: bool = True


Row = TypeVar("Row", bound=Move)


class Moves(Mapping[str, Row], Generic[Row]):
    """Every legal move of one kind of record by its action, in the order of the buttons.

    Args:
        states: the record's states; it begins in the first.
        what: the record in a sentence, where `%(number)s` stands for its number.
        refused: the domain's error for a move that the state does not allow.
    """

    def __init__(
        self, *moves: Row, states: type[TextChoices], what: Text, refused: type[DomainError]
    ) -> None:
        self._moves = {move.action: move for move in moves}
        self.states, self.what, self.refused = states, what, refused

    def __getitem__(self, action: str) -> Row:
        return self._moves[action]

    def __iter__(self) -> Iterator[str]:
        return iter(self._moves)

    def __len__(self) -> int:
        return len(self._moves)

    def allows(self, state: str, action: str) -> bool:
        """Whether a record in this state makes the move; no action of another table is allowed."""
        return action in self._moves and state in self._moves[action].sources

    def check(self, state: str, action: str, *, number: Text = "") -> Row:
        """The move. Raises `refused` when a record in this state does not make it."""
        if not self.allows(state, action):
            raise self.refused(self._refusal(state, action, number))
        return self._moves[action]

    def offered(self, state: str) -> list[Row]:
        """The moves with a button that a record in this state may make."""
        return [move for move in self.values() if move.button and state in move.sources]

    def _refusal(self, state: str, action: str, number: Text) -> str:
        label = self._moves[action].label if action in self._moves else ""
        words = {
            "what": str(self.what) % {"number": number},
            "state": self.states(state).label,
            "action": label,
        }
        if not label:
            return _("%(what)s is “%(state)s”: this is not possible.") % words
        return _("%(what)s is “%(state)s”: “%(action)s” is not possible.") % words
