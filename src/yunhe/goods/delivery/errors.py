"""What delivery planning refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class IllegalMove(Conflict):
    """The plan, tour or stop is not in a state from which this is possible."""

    code = "delivery.illegal_move"


class PlanInvalid(Conflict):
    """A plan with late stops, overloads or overtime is not released; `rows` name each."""

    code = "delivery.invalid"


class NotReady(Conflict):
    """Goods of a tour are not packed yet, or what it needs is taken; `rows` name each."""

    code = "delivery.not_ready"


class MasterRefused(DomainError):
    """A depot, vehicle, driver or site that makes no sense."""

    code = "delivery.master"
