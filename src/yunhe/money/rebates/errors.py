"""What rebates refuse."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yunhe.platform.errors import Conflict, DomainError
from yunhe.platform.values.errors import ValueRefused


class SettlementRefused(DomainError):
    """What was asked to be settled contradicts itself or the programs."""

    code = "rebates.settlement"


class IllegalMove(Conflict):
    """The settlement is not in a state that allows this."""

    code = "rebates.state"


class SettlementUnderWay(Conflict):
    """A program is in another settlement that is neither posted nor cancelled."""

    code = "rebates.under_way"


class SameHand(Conflict):
    """Who opened a settlement may not approve it."""

    code = "rebates.same_hand"


class FactsChanged(Conflict):
    """The facts no longer give what was approved."""

    code = "rebates.facts_changed"


class KernelRefused(DomainError):
    """The kernel refused its input; the sentence carries its reason (English, exact)."""

    code = "rebates.refused"

    def __init__(self, error: ValueRefused) -> None:
        message = _("The rebate cannot be computed: %(reason)s") % {"reason": str(error)}
        super().__init__(message, code=error.code)
