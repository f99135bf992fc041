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


@dataclass(frozen=True, kw_only=True)
class PartnerPricesChanged(Event):
    """What one partner pays changes from a day on; its own systems hear it (node: the partner).

    `sku_ids` names at most a thousand of the changed SKUs. A more specific list may still price
    some of them: ask for a quote.
    """

    type: ClassVar[str] = "yunhe.pricing.partner_prices.changed.v1"

    partner_id: int
    price_list_id: int
    effective: str
    rows: int
    sku_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class RetailBreachFound(Event):
    """A store sold below the minimum retail price."""

    type: ClassVar[str] = "yunhe.pricing.retail_breach.found.v1"

    breach_id: int
    store_id: int
    sku_id: int
