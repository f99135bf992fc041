"""The legal moves of a purchase order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from yunhe.platform.ui.moves import Move, Moves
from yunhe.trade.purchasing.choices import PurchaseState as S
from yunhe.trade.purchasing.errors import IllegalMove

OPEN = frozenset({S.QUEUED, S.SENT})
ANSWERABLE = frozenset({S.QUEUED, S.SENT, S.CHANGED, S.ACCEPTED})
MOVES = Moves(
    Move("send", "", frozenset({S.QUEUED}), S.SENT),
    Move("accept", "", ANSWERABLE, S.ACCEPTED),
    Move("change", "", ANSWERABLE, S.CHANGED),
    Move("reject", "", ANSWERABLE, S.REJECTED),
    Move("cancel", "", ANSWERABLE, S.CANCELLED),
    states=S,
    what=gettext_lazy("The purchase order"),
    refused=IllegalMove,
)
