"""The legal steps of a transfer. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from yunhe.goods.transfers.choices import TransferStatus as S
from yunhe.goods.transfers.errors import IllegalMove
from yunhe.platform.ui.moves import Move, Moves


@dataclass(frozen=True)
class Step(Move):
    """A move of one side's people: `side` is sender, receiver or both."""

    side: str = ""


BEFORE_SHIPPING = (S.PROPOSED, S.SENDER_AGREED, S.RECEIVER_AGREED, S.AGREED)
"""While headquarters may approve or decline."""
MOVES = Moves(
    Step(
        "offer",
        gettext_lazy("Agree to send"),
        frozenset({S.PROPOSED}),
        S.SENDER_AGREED,
        icon="check",
        side="sender",
    ),
    Step(
        "accept",
        gettext_lazy("Agree to take"),
        frozenset({S.SENDER_AGREED}),
        S.AGREED,
        icon="check",
        side="receiver",
    ),
    Step(
        "give",
        gettext_lazy("Agree to send"),
        frozenset({S.RECEIVER_AGREED}),
        S.AGREED,
        icon="check",
        side="sender",
    ),
    Step(
        "ship",
        gettext_lazy("Goods are on their way"),
        frozenset({S.AGREED}),
        S.SHIPPED,
        icon="truck-delivery",
        confirm=gettext_lazy("Take the goods from your stock and send them?"),
        side="sender",
    ),
    Step(
        "receive",
        gettext_lazy("Receive"),
        frozenset({S.SHIPPED}),
        S.RECEIVED,
        icon="package-import",
        side="receiver",
    ),
    Step(
        "decline",
        gettext_lazy("Decline"),
        frozenset({S.PROPOSED, S.SENDER_AGREED, S.RECEIVER_AGREED, S.AGREED}),
        S.CANCELLED,
        icon="x",
        confirm=gettext_lazy("Decline this transfer?"),
        side="both",
    ),
    states=S,
    what=gettext_lazy("Transfer %(number)s"),
    refused=IllegalMove,
)
