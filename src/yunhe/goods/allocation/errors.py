"""What allocation refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class IllegalMove(Conflict):
    """The allocation is not in a state from which this is possible."""

    code = "allocation.illegal_move"


class QuotaImpossible(DomainError):
    """The rule cannot be kept with this supply; the message says by how much and what to change."""

    code = "allocation.impossible"


class QuotaShort(Conflict):
    """Order lines ask for more than the quota that is left; `rows` name each."""

    code = "allocation.quota_short"


class OverrideRefused(DomainError):
    """A quantity by hand that is not in whole lots or does not fit into the supply."""

    code = "allocation.override"


class OwnAllocation(Conflict):
    """Who computed a division does not approve it."""

    code = "allocation.own"
