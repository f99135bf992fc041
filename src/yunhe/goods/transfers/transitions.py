"""The legal steps of a transfer. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.goods.transfers.choices import TransferStatus as S
from yunhe.goods.transfers.errors import IllegalMove
from yunhe.platform.ui.component import Text


@dataclass(frozen=True)
class Move:
    """An action: from which states, to which; `side` whose people take it (sender, receiver, both)."""

    action: str
    label: Text
    sources: frozenset[str]
    target: str
    side: str
    icon: str
    confirm: Text = ""


BEFORE_SHIPPING = (S.PROPOSED, S.SENDER_AGREED, S.RECEIVER_AGREED, S.AGREED)
"""While headquarters may approve or decline."""
MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        Move(
            "offer",
            gettext_lazy("Agree to send"),
            frozenset({S.PROPOSED}),
            S.SENDER_AGREED,
            "sender",
            "check",
        ),
        Move(
            "accept",
            gettext_lazy("Agree to take"),
            frozenset({S.SENDER_AGREED}),
            S.AGREED,
            "receiver",
            "check",
        ),
        Move(
            "give",
            gettext_lazy("Agree to send"),
            frozenset({S.RECEIVER_AGREED}),
            S.AGREED,
            "sender",
            "check",
        ),
        Move(
            "ship",
            gettext_lazy("Goods are on their way"),
            frozenset({S.AGREED}),
            S.SHIPPED,
            "sender",
            "truck-delivery",
            gettext_lazy("Take the goods from your stock and send them?"),
        ),
        Move(
            "receive",
            gettext_lazy("Receive"),
            frozenset({S.SHIPPED}),
            S.RECEIVED,
            "receiver",
            "package-import",
        ),
        Move(
            "decline",
            gettext_lazy("Decline"),
            frozenset({S.PROPOSED, S.SENDER_AGREED, S.RECEIVER_AGREED, S.AGREED}),
            S.CANCELLED,
            "both",
            "x",
            gettext_lazy("Decline this transfer?"),
        ),
    )
}


def check_move(status: str, action: str, *, number: str = "") -> Move:
    """The move, or IllegalMove when a transfer in this state does not make it."""
    move = MOVES[action]
    if status not in move.sources:
        message = _("Transfer %(number)s is “%(status)s”: “%(action)s” is not possible.")
        words = {"number": number, "status": S(status).label, "action": move.label}
        raise IllegalMove(message % words)
    return move


def moves_from(status: str) -> list[Move]:
    """The moves a transfer in this state may make, in the table's order."""
    return [move for move in MOVES.values() if status in move.sources]
