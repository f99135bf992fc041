"""What transfers refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class IllegalMove(Conflict):
    """The transfer is not in a state, or the actor not on the side, that allows this step."""

    code = "transfers.illegal_move"


class TransferRefused(DomainError):
    """A transfer that the rules refuse; `rows` names the lines."""

    code = "transfers.refused"
