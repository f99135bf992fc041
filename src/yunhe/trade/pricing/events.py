"""What happens in pricing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class PriceListPublished(Event):
    """A list begins to price (on its first day of validity)."""

    type: ClassVar[str] = "yunhe.pricing.price_list.published.v1"

    price_list_id: int
    node_id: int


@dataclass(frozen=True, kw_only=True)
class PricesChanged(Event):
    """Rows of a published list change from a day on."""

    type: ClassVar[str] = "yunhe.pricing.prices.changed.v1"

    price_list_id: int
    effective: str
    rows: int
