"""What promotions refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class RuleRefused(DomainError):
    """A promotion whose rule or terms make no sense; `field` names what."""

    code = "promotions.rule"


class IllegalMove(Conflict):
    """The promotion is not in a state from which this is possible."""

    code = "promotions.illegal_move"


class Conflicting(DomainError):
    """The conflict report has errors; `rows` name each."""

    code = "promotions.conflict"


class UsedUp(Conflict):
    """The budget or the uses of a promotion ran out while the order was placed; try again."""

    code = "promotions.used_up"
