"""What stock refuses."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class StockShort(Conflict):
    """More would leave a place than it holds; `rows` names each SKU with what is there."""

    code = "stock.short"


class MovementRefused(DomainError):
    """A movement that the rules refuse (quantity, sides)."""

    code = "stock.movement"
