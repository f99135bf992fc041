"""The legal moves of a stock report. The diagram in the docs comes from here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.goods.reports import permissions
from yunhe.goods.reports.choices import ReportStatus as S
from yunhe.goods.reports.errors import ReportClosed
from yunhe.platform.ui.moves import Move, Moves

MOVES = Moves(
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
    states=S,
    what=gettext_lazy("The report"),
    refused=ReportClosed,
)
