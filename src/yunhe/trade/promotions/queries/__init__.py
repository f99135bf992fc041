"""Reads of promotions."""

from __future__ import annotations

from yunhe.trade.promotions.queries.applying import (
    Basket,
    FreeLine,
    active_promotions,
    apply_promotions,
)
from yunhe.trade.promotions.queries.facts import SkuFacts, sku_facts
from yunhe.trade.promotions.queries.lists import (
    audience_of,
    floors,
    list_promotions,
    names_of,
    own_promotions,
    steps_of,
)

__all__ = [
    "Basket",
    "FreeLine",
    "SkuFacts",
    "active_promotions",
    "apply_promotions",
    "audience_of",
    "floors",
    "list_promotions",
    "names_of",
    "own_promotions",
    "sku_facts",
    "steps_of",
]
