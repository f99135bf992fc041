"""The legal moves of a frame. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.platform.ui.moves import Move, Moves
from yunhe.trade.blankets import permissions
from yunhe.trade.blankets.choices import FrameStatus as S
from yunhe.trade.blankets.errors import IllegalMove

MOVES = Moves(
    Move(
        "submit",
        gettext_lazy("Submit for approval"),
        frozenset({S.DRAFT}),
        S.PENDING,
        permissions.PLAN,
        "send",
    ),
    Move(
        "offer",
        gettext_lazy("Offer to the partner"),
        frozenset({S.PENDING}),
        S.OFFERED,
        permissions.PLAN,
        "mail",
        button=False,  # approval makes it
    ),
    Move(
        "reject",
        gettext_lazy("Refuse"),
        frozenset({S.PENDING}),
        S.DRAFT,
        permissions.PLAN,
        "x",
        button=False,  # approval makes it
    ),
    Move(
        "decline",
        gettext_lazy("Decline"),
        frozenset({S.OFFERED}),
        S.DECLINED,
        permissions.SIGN,
        "x",
        gettext_lazy("Decline the blanket order? Your supplier can offer it anew."),
    ),
    Move(
        "revise",
        gettext_lazy("Back to draft"),
        frozenset({S.OFFERED, S.DECLINED}),
        S.DRAFT,
        permissions.PLAN,
        "arrow-back-up",
        gettext_lazy("Take the offer back and change its terms?"),
    ),
    Move(
        "sign",
        gettext_lazy("Sign"),
        frozenset({S.OFFERED}),
        S.ACTIVE,
        permissions.SIGN,
        "signature",
        gettext_lazy("Sign the blanket order with the terms shown here?"),
    ),
    Move(
        "close",
        gettext_lazy("Close short"),
        frozenset({S.ACTIVE}),
        S.CLOSED,
        permissions.PLAN,
        "player-stop",
        gettext_lazy("End the blanket order? What is not called off is given up."),
    ),
    Move(
        "end",
        gettext_lazy("End"),
        frozenset({S.ACTIVE}),
        S.ENDED,
        permissions.PLAN,
        "clock",
        button=False,  # the calendar makes it
    ),
    Move(
        "cancel",
        gettext_lazy("Cancel the blanket order"),
        frozenset({S.DRAFT, S.PENDING, S.OFFERED, S.DECLINED}),
        S.CANCELLED,
        permissions.PLAN,
        "x",
        gettext_lazy("Cancel the blanket order before it is signed?"),
    ),
    states=S,
    what=gettext_lazy("Blanket order %(number)s"),
    refused=IllegalMove,
)
