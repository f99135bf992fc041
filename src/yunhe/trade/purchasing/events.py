"""What happens to purchase orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class PurchaseAnswered(Event):
    """The supplier answered: `state` is accepted, changed or rejected."""

    type: ClassVar = "yunhe.purchasing.purchase.answered.v1"

    purchase_id: int
    number: str
    order_id: int
    node_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class PurchaseChangeAnswered(Event):
    """The supplier answered a change or cancellation: `state` is accepted or rejected."""

    type: ClassVar = "yunhe.purchasing.change.answered.v1"

    purchase_id: int
    number: str
    order_id: int
    node_id: int
    sequence: int
    state: str
