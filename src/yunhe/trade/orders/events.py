"""What happens to orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class OrderFact:
    """What every order event tells. `between_partners`: a partner sold it, not the manufacturer."""

    order_id: int
    number: str
    node_id: int
    supplier_id: int
    amount: Decimal
    currency: str
    between_partners: bool = False


@dataclass(frozen=True, kw_only=True)
class OrderSubmitted(OrderFact, Event):
    type: ClassVar = "yunhe.orders.order.submitted.v1"


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(OrderFact, Event):
    type: ClassVar = "yunhe.orders.order.confirmed.v1"


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderFact, Event):
    type: ClassVar = "yunhe.orders.order.cancelled.v1"

    was: str


@dataclass(frozen=True, kw_only=True)
class OrderAmended(OrderFact, Event):
    """Lines were changed after the order was submitted; `before` is what it was worth."""

    type: ClassVar = "yunhe.orders.order.amended.v1"

    before: Decimal
    what: str


@dataclass(frozen=True, kw_only=True)
class OrderReopened(OrderFact, Event):
    """A placed order is a draft again and holds nothing."""

    type: ClassVar = "yunhe.orders.order.reopened.v1"

    was: str


@dataclass(frozen=True, kw_only=True)
class OrderSplit(OrderFact, Event):
    """The order is served from several places; `parts` are the orders that it became."""

    type: ClassVar = "yunhe.orders.order.split.v1"

    parts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class OrderStocked(OrderFact, Event):
    """Goods that the order waited for were produced and are reserved for it."""

    type: ClassVar = "yunhe.orders.order.stocked.v1"


@dataclass(frozen=True, kw_only=True)
class OrderClosed(OrderFact, Event):
    type: ClassVar = "yunhe.orders.order.closed.v1"


@dataclass(frozen=True, kw_only=True)
class MovedLine:
    """Base units of an order line that moved, and their part of the line's amount."""

    row: int
    sku_id: int
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderShipped(OrderFact, Event):
    """`amount` and `lines` are those of this shipment; `on` is its business date."""

    type: ClassVar = "yunhe.orders.order.shipped.v1"

    shipment: int
    on: date
    lines: tuple[MovedLine, ...]


@dataclass(frozen=True, kw_only=True)
class OrderReceived(OrderFact, Event):
    """`lines` are what arrived, `missing` what did not; `on` is the receipt's business date."""

    type: ClassVar = "yunhe.orders.order.received.v1"

    on: date
    lines: tuple[MovedLine, ...]
    missing: tuple[MovedLine, ...]
