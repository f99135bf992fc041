"""The legal moves of a promotion. Buttons, API actions and the diagram in the docs come from here."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.ui.component import Text
from yunhe.platform.ui.moves import Move
from yunhe.trade.promotions import permissions
from yunhe.trade.promotions.choices import PromotionStatus as S
from yunhe.trade.promotions.errors import IllegalMove


def _move(
    action: str,
    label: Text,
    sources: set[str],
    target: str,
    *,
    icon: str,
    may: str = "",
    ask: Text = "",
) -> Move:
    return Move(action, label, frozenset(sources), target, may, icon, ask)


MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        _move(
            "submit",
            gettext_lazy("Submit for approval"),
            {S.DRAFT},
            S.SUBMITTED,
            may=permissions.CHANGE,
            icon="send",
        ),
        _move(
            "approve",
            gettext_lazy("Approve"),
            {S.SUBMITTED},
            S.APPROVED,
            icon="check",
        ),
        _move(
            "reject",
            gettext_lazy("Send back"),
            {S.SUBMITTED},
            S.DRAFT,
            icon="arrow-back-up",
        ),
        _move(
            "publish",
            gettext_lazy("Publish"),
            {S.APPROVED},
            S.PUBLISHED,
            may=permissions.PUBLISH,
            icon="speakerphone",
            ask=gettext_lazy("Publish the promotion? New orders get it from its first day on."),
        ),
        _move(
            "pause",
            gettext_lazy("Pause"),
            {S.PUBLISHED},
            S.PAUSED,
            may=permissions.PUBLISH,
            icon="player-stop",
            ask=gettext_lazy(
                "Pause the promotion? New orders no longer get it; placed ones keep it."
            ),
        ),
        _move(
            "resume",
            gettext_lazy("Resume"),
            {S.PAUSED},
            S.PUBLISHED,
            may=permissions.PUBLISH,
            icon="player-play",
        ),
        _move(
            "end",
            gettext_lazy("End for good"),
            {S.APPROVED, S.PUBLISHED, S.PAUSED},
            S.ENDED,
            may=permissions.PUBLISH,
            icon="x",
            ask=gettext_lazy("End the promotion? It cannot be resumed; placed orders keep it."),
        ),
    )
}


def check_move(status: str, action: str, *, code: str = "") -> Move:
    """The move, or IllegalMove when a promotion in this state does not make it."""
    move = MOVES[action]
    if status not in move.sources:
        message = _("Promotion %(code)s is “%(status)s”: “%(action)s” is not possible.")
        raise IllegalMove(message % {"code": code, "status": S(status).label, "action": move.label})
    return move


def moves_from(status: str) -> list[Move]:
    """The moves a promotion in this state may make, in the table's order."""
    return [move for move in MOVES.values() if status in move.sources]
