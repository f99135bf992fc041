"""The legal moves of a run."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.jobs.choices import RunState as S
from yunhe.platform.jobs.errors import NotRestartable
from yunhe.platform.ui.moves import Move, Moves

MOVES = Moves(
    # a running run starts again when its worker died and another took it over
    Move("start", "", frozenset({S.QUEUED, S.RUNNING}), S.RUNNING),
    Move("succeed", "", frozenset({S.RUNNING}), S.SUCCEEDED),
    Move("fail", "", frozenset({S.QUEUED, S.RUNNING}), S.FAILED),
    Move("cancel", "", frozenset({S.QUEUED, S.RUNNING}), S.CANCELLED),
    Move("restart", "", frozenset({S.FAILED, S.CANCELLED}), S.QUEUED),
    states=S,
    what=_("The job"),
    refused=NotRestartable,
)
