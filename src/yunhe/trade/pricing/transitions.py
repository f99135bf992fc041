"""The legal moves of a price list, and of a price change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.moves import Move, Moves
from yunhe.trade.pricing.choices import ChangeState as C
from yunhe.trade.pricing.choices import ListStatus as L
from yunhe.trade.pricing.errors import ChangeRefused, ListState

MOVES = Moves(
    Move("publish", _("Publish"), frozenset({L.DRAFT, L.WITHDRAWN}), L.PUBLISHED),
    Move("withdraw", _("Withdraw"), frozenset({L.PUBLISHED}), L.WITHDRAWN),
    states=L,
    what=_("Price list %(number)s"),
    refused=ListState,
)
CHANGE_MOVES = Moves(
    Move("submit", _("Submit for approval"), frozenset({C.DRAFT, C.REJECTED}), C.SUBMITTED),
    Move("commit", "", frozenset({C.SUBMITTED}), C.COMMITTED),
    Move("reject", "", frozenset({C.SUBMITTED}), C.REJECTED),
    Move("cancel", _("Cancel"), frozenset({C.DRAFT, C.SUBMITTED, C.REJECTED}), C.CANCELLED),
    states=C,
    what=_("The price change"),
    refused=ChangeRefused,
)
