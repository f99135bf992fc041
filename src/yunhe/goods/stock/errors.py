"""What stock refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class StockShort(Conflict):
    """More would leave a place than it holds; `rows` names each SKU with what is there."""

    code = "stock.short"


class MovementRefused(DomainError):
    """A movement that the rules refuse (quantity, sides)."""

    code = "stock.movement"


class NoFitLot(Conflict):
    """Enough lies there, but too old for the receiver; `rows` names each SKU."""

    code = "stock.no_fit_lot"


class LotRefused(DomainError):
    """A lot that is known with other dates."""

    code = "stock.lot"
