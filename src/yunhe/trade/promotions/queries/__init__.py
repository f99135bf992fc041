"""Reads of promotions."""

from __future__ import annotations

from yunhe.trade.promotions.queries.applying import (
    Basket,
    Choices,
    FreeLine,
    PromotionBook,
    active_promotions,
    apply_promotions,
    basket_from,
    promotion_book,
)
from yunhe.trade.promotions.queries.facts import SkuFacts, sku_facts
from yunhe.trade.promotions.queries.fitting import (
    Fitted,
    Remark,
    There,
    fit_to_stock,
    free_skus,
    gift_need,
)
from yunhe.trade.promotions.queries.lists import (
    audience_of,
    floors,
    limits_of,
    list_floors,
    list_promotions,
    names_of,
    own_promotions,
    steps_of,
)

__all__ = [
    "Basket",
    "Choices",
    "Fitted",
    "FreeLine",
    "PromotionBook",
    "Remark",
    "SkuFacts",
    "There",
    "active_promotions",
    "apply_promotions",
    "audience_of",
    "basket_from",
    "fit_to_stock",
    "floors",
    "free_skus",
    "gift_need",
    "limits_of",
    "list_floors",
    "list_promotions",
    "names_of",
    "own_promotions",
    "promotion_book",
    "sku_facts",
    "steps_of",
]
