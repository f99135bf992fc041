"""What shipping refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class IllegalMove(Conflict):
    """The shipment or claim is not in a state from which this is possible."""

    code = "shipping.illegal_move"


class LinesRefused(DomainError):
    """Lines that cannot be picked or received as asked; `rows` name each."""

    code = "shipping.lines"


class UnknownPackage(DomainError):
    """A scanned code is no package of this shipment; `rows` name each."""

    code = "shipping.unknown_package"
