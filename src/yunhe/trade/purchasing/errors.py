"""What purchasing refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class AnswerUnreadable(DomainError):
    """The supplier's message is no answer that we can read; nothing was written."""

    code = "purchasing.unreadable"


class IllegalMove(Conflict):
    """The purchase order is not in a state from which this is possible."""

    code = "purchasing.illegal_move"
