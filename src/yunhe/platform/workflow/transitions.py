"""The legal moves of an approval."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.moves import Move, Moves
from yunhe.platform.workflow.choices import ApprovalState as S
from yunhe.platform.workflow.errors import AlreadySettled

MOVES = Moves(
    Move("approve", "", frozenset({S.OPEN}), S.APPROVED),
    Move("reject", "", frozenset({S.OPEN}), S.REJECTED),
    Move("withdraw", "", frozenset({S.OPEN}), S.WITHDRAWN),
    states=S,
    what=_("The request"),
    refused=AlreadySettled,
)
