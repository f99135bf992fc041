"""What pricing refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError, NotAllowed


class PriceMissing(DomainError):
    """Some lines have no price; `rows` names each."""

    code = "pricing.missing"


class PriceHidden(NotAllowed):
    """A partner asked for the prices of another node."""

    code = "pricing.hidden"


class PriceOverlap(Conflict):
    """Two rows of a list would price the same SKU, unit and minimum on the same day."""

    code = "pricing.overlap"


class ListRefused(DomainError):
    """A price list or row that the rules refuse."""

    code = "pricing.list"
