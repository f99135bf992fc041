"""The legal moves in a SKU's life. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.platform.ui.moves import Move, Moves
from yunhe.trade.catalog.choices import Status
from yunhe.trade.catalog.errors import IllegalMove
from yunhe.trade.catalog.permissions import CHANGE

MOVES = Moves(
    Move(
        "release",
        gettext_lazy("Put on sale"),
        frozenset({Status.LAUNCH}),
        Status.ACTIVE,
        CHANGE,
        "check",
    ),
    Move(
        "phase_out",
        gettext_lazy("Phase out"),
        frozenset({Status.ACTIVE}),
        Status.PHASE_OUT,
        CHANGE,
        "trending-down",
        gettext_lazy("Dealers can then order only what is in stock. Phase this product out?"),
    ),
    Move(
        "keep",
        gettext_lazy("Keep on sale"),
        frozenset({Status.PHASE_OUT}),
        Status.ACTIVE,
        CHANGE,
        "check",
    ),
    Move(
        "block",
        gettext_lazy("Block"),
        frozenset({Status.LAUNCH, Status.ACTIVE, Status.PHASE_OUT}),
        Status.BLOCKED,
        CHANGE,
        "lock",
        gettext_lazy("Nobody can order a blocked product. Block it?"),
    ),
    Move(
        "unblock",
        gettext_lazy("Unblock"),
        frozenset({Status.BLOCKED}),
        Status.ACTIVE,
        CHANGE,
        "check",
    ),
    Move(
        "discontinue",
        gettext_lazy("Discontinue"),
        frozenset({Status.LAUNCH, Status.PHASE_OUT, Status.BLOCKED}),
        Status.DISCONTINUED,
        CHANGE,
        "x",
        gettext_lazy("A discontinued product does not come back. Discontinue it?"),
    ),
    states=Status,
    what=gettext_lazy("The product"),
    refused=IllegalMove,
)
