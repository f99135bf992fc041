"""The legal moves of a stock report. The diagram in the docs comes from here."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.goods.reports import permissions
from yunhe.goods.reports.choices import ReportStatus as S
from yunhe.goods.reports.errors import ReportClosed
from yunhe.platform.ui.moves import Move

MOVES: dict[str, Move] = {
    move.action: move
    for move in (
        Move(
            "save",
            gettext_lazy("Save what is counted"),
            frozenset({S.DRAFT}),
            S.DRAFT,
            permissions.REPORT,
        ),
        Move(
            "submit",
            gettext_lazy("Save and submit the report"),
            frozenset({S.DRAFT}),
            S.SUBMITTED,
            permissions.REPORT,
        ),
    )
}


def check_move(status: str, action: str) -> Move:
    """The move, or ReportClosed when a report in this state does not make it."""
    move = MOVES[action]
    if status not in move.sources:
        raise ReportClosed(_("This report was submitted already: start a new count."))
    return move
