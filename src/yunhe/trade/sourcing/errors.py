"""What sourcing refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class NowhereToServe(Conflict):
    """No place has what is left of some lines; `rows` name each with what is missing."""

    code = "sourcing.nowhere"


class NoRule(DomainError):
    """No sourcing rule is in use."""

    code = "sourcing.no_rule"


class IllegalMove(Conflict):
    """The part is not in a state from which this is possible."""

    code = "sourcing.illegal_move"


class NoPurchasePrice(DomainError):
    """The serving dealer has no purchase price for goods that it served; `rows` name each."""

    code = "sourcing.no_purchase_price"
