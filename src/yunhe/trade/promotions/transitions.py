"""The legal moves of a promotion. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.platform.ui.moves import Move, Moves
from yunhe.trade.promotions import permissions
from yunhe.trade.promotions.choices import PromotionStatus as S
from yunhe.trade.promotions.errors import IllegalMove

MOVES = Moves(
    Move(
        "submit",
        gettext_lazy("Submit for approval"),
        frozenset({S.DRAFT}),
        S.SUBMITTED,
        permissions.CHANGE,
        icon="send",
    ),
    Move(
        "approve",
        gettext_lazy("Approve"),
        frozenset({S.SUBMITTED}),
        S.APPROVED,
        icon="check",
        button=False,  # approval makes it
    ),
    Move(
        "reject",
        gettext_lazy("Send back"),
        frozenset({S.SUBMITTED}),
        S.DRAFT,
        icon="arrow-back-up",
        button=False,  # approval makes it
    ),
    Move(
        "publish",
        gettext_lazy("Publish"),
        frozenset({S.APPROVED}),
        S.PUBLISHED,
        permissions.PUBLISH,
        icon="speakerphone",
        confirm=gettext_lazy("Publish the promotion? New orders get it from its first day on."),
    ),
    Move(
        "pause",
        gettext_lazy("Pause"),
        frozenset({S.PUBLISHED}),
        S.PAUSED,
        permissions.PUBLISH,
        icon="player-stop",
        confirm=gettext_lazy(
            "Pause the promotion? New orders no longer get it; placed ones keep it."
        ),
    ),
    Move(
        "resume",
        gettext_lazy("Resume"),
        frozenset({S.PAUSED}),
        S.PUBLISHED,
        permissions.PUBLISH,
        icon="player-play",
    ),
    Move(
        "end",
        gettext_lazy("End for good"),
        frozenset({S.APPROVED, S.PUBLISHED, S.PAUSED}),
        S.ENDED,
        permissions.PUBLISH,
        icon="x",
        confirm=gettext_lazy("End the promotion? It cannot be resumed; placed orders keep it."),
    ),
    states=S,
    what=gettext_lazy("Promotion %(number)s"),
    refused=IllegalMove,
)
