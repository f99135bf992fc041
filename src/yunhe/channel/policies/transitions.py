"""The legal moves of a policy version."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState as S
from yunhe.channel.policies.errors import IllegalMove
from yunhe.platform.ui.moves import Move, Moves

MOVES = Moves(
    Move("publish", _("Publish"), frozenset({S.DRAFT}), S.PUBLISHED),
    Move("supersede", "", frozenset({S.PUBLISHED}), S.SUPERSEDED),
    Move("withdraw", _("Withdraw"), frozenset({S.PUBLISHED}), S.WITHDRAWN),
    states=S,
    what=_("Version %(number)s"),
    refused=IllegalMove,
)
