"""What happens to shipments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class ShipmentFact:
    """What every event of a shipment tells."""

    shipment_id: int
    number: str
    order_id: int
    node_id: int


@dataclass(frozen=True, kw_only=True)
class ShipmentLeft(ShipmentFact, Event):
    type: ClassVar = "yunhe.shipping.shipment.left.v1"

    carrier: str
    tracking: str


@dataclass(frozen=True, kw_only=True)
class ShipmentReceived(ShipmentFact, Event):
    type: ClassVar = "yunhe.shipping.shipment.received.v1"

    claims: int
