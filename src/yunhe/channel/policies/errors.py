"""What policies refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class PolicyRefused(DomainError):
    """A draft that the rules refuse."""

    code = "policies.refused"


class RuleRefused(DomainError):
    """A rule's definition is malformed; `rows` names the attributes."""

    code = "policies.rule"


class NotPublishable(Conflict):
    """The compiler found errors, or warnings that nobody accepted; `rows` names them."""

    code = "policies.not_publishable"


class IllegalMove(Conflict):
    """The version is not in a state that allows this."""

    code = "policies.state"


class ReadingIncomplete(Conflict):
    """Not read long enough, not to the end, or the question was answered wrongly."""

    code = "policies.reading"
