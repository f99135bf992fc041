"""Reads of pricing."""

from __future__ import annotations

from yunhe.trade.pricing.queries.explain import (
    AskedLine,
    PricedLine,
    describe_scope,
    list_label,
)
from yunhe.trade.pricing.queries.lines import (
    PriceBook,
    applicable_lists,
    price_book,
    price_lines,
    prices_from,
)
from yunhe.trade.pricing.queries.lists import (
    list_price_lists,
    own_lists,
    prices_of,
    prices_on,
    resale_floors,
)

__all__ = [
    "AskedLine",
    "PriceBook",
    "PricedLine",
    "applicable_lists",
    "describe_scope",
    "list_label",
    "list_price_lists",
    "own_lists",
    "price_book",
    "price_lines",
    "prices_from",
    "prices_of",
    "prices_on",
    "resale_floors",
]
