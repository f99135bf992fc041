"""The legal moves of an order. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.platform.ui.moves import Move, Moves
from yunhe.trade.orders import permissions
from yunhe.trade.orders.choices import OrderStatus as S
from yunhe.trade.orders.errors import IllegalMove

MOVES = Moves(
    Move(
        "submit",
        gettext_lazy("Submit"),
        frozenset({S.DRAFT}),
        S.SUBMITTED,
        permissions.CREATE,
        "send",
    ),
    Move(
        "confirm",
        gettext_lazy("Confirm"),
        frozenset({S.SUBMITTED}),
        S.CONFIRMED,
        permissions.CONFIRM,
        "check",
    ),
    Move(
        "ship",
        gettext_lazy("Ship"),
        frozenset({S.CONFIRMED, S.SHIPPING}),
        S.SHIPPED,
        permissions.SHIP,
        "truck-delivery",
        gettext_lazy("Ship everything that is still open, post the movements and the invoice?"),
    ),
    Move(
        "close_short",
        gettext_lazy("Give up what is open"),
        frozenset({S.SHIPPING}),
        S.SHIPPED,
        permissions.SHIP,
        "player-stop",
        gettext_lazy("Ship no more of this order and give back the credit and stock held for it?"),
    ),
    Move(
        "receive",
        gettext_lazy("Receive"),
        frozenset({S.SHIPPED}),
        S.RECEIVED,
        permissions.RECEIVE,
        "package-import",
    ),
    Move(
        "close",
        gettext_lazy("Complete"),
        frozenset({S.RECEIVED}),
        S.CLOSED,
        permissions.CLOSE,
        "lock",
    ),
    Move(
        "reopen",
        gettext_lazy("Back to draft"),
        frozenset({S.SUBMITTED, S.CONFIRMED, S.CANCELLED}),
        S.DRAFT,
        permissions.CREATE,
        "arrow-back-up",
        gettext_lazy("Make the order a draft again and give back the credit and stock it holds?"),
    ),
    Move(
        "split",
        gettext_lazy("Split"),
        frozenset({S.DRAFT, S.SUBMITTED, S.CONFIRMED}),
        S.SPLIT,
        permissions.SPLIT,
        "arrows-split",
        button=False,  # it has a page of its own
    ),
    Move(
        "cancel",
        gettext_lazy("Cancel the order"),
        frozenset({S.DRAFT, S.SUBMITTED, S.CONFIRMED}),
        S.CANCELLED,
        permissions.CANCEL,
        "x",
        gettext_lazy("Cancel the order and give back the credit and stock it holds?"),
    ),
    states=S,
    what=gettext_lazy("Order %(number)s"),
    refused=IllegalMove,
)
