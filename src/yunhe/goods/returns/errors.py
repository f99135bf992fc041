"""What returns refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class IllegalMove(Conflict):
    """The return is not in a state that allows this step."""

    code = "returns.illegal_move"


class ReturnRefused(DomainError):
    """A return that the rules refuse; `rows` names the lines."""

    code = "returns.refused"


class RightExhausted(Conflict):
    """More is asked back than the right still covers in its period."""

    code = "returns.exhausted"
