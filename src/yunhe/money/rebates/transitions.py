"""The legal moves of a settlement. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from yunhe.money.rebates import permissions
from yunhe.money.rebates.choices import SettlementState as S
from yunhe.money.rebates.errors import IllegalMove
from yunhe.platform.ui.moves import Move, Moves

MOVES = Moves(
    Move(
        "approve",
        pgettext_lazy("settlement", "Approve"),
        frozenset({S.DRAFT}),
        S.APPROVED,
        permissions.APPROVE,
        "check",
    ),
    Move(
        "post",
        pgettext_lazy("settlement", "Post"),
        frozenset({S.APPROVED}),
        S.POSTED,
        permissions.SETTLE,
        "report-money",
        gettext_lazy(
            "Credit every partner's account, sign and send the statements? This is final."
        ),
    ),
    Move(
        "cancel",
        pgettext_lazy("settlement", "Cancel the settlement"),
        frozenset({S.DRAFT, S.APPROVED}),
        S.CANCELLED,
        permissions.SETTLE,
        "x",
        gettext_lazy("Cancel this settlement? Nothing has been paid."),
    ),
    states=S,
    what=gettext_lazy("The settlement"),
    refused=IllegalMove,
)
