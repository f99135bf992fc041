"""Fit what is free to what is in stock: another gift, or fewer free goods, and a remark for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from yunhe.platform.values import currency_exponent, round_to_exponent
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.compute import Result
from yunhe.trade.promotions.compute.basket import GiftOffer
from yunhe.trade.promotions.queries.applying import (
    Basket,
    Choices,
    FreeLine,
    PromotionBook,
    basket_from,
)

INSTEAD, SHORT = "instead", "short"
There = Mapping[int, Decimal]
"""SKU → base units that free goods may take; a SKU that is not named has no limit."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`instead`: the gift `sku_id` was out of stock and `by` is given; `short`: `quantity` of it is not."""

    code: str
    promotion_id: int
    promotion: str
    sku_id: int
    unit: str = ""
    quantity: Decimal = Decimal(0)
    by: int | None = None


@dataclass(frozen=True)
class Fitted:
    """The basket with the free goods that are there, and what had to be said about it."""

    basket: Basket
    remarks: tuple[Remark, ...] = ()


def fit_to_stock(
    book: PromotionBook,
    basket: Basket,
    lines: Sequence[PricedLine],
    *,
    choices: Choices | None,
    there: There,
) -> Fitted:
    """Give the next gift in stock for one that is not, and drop what is nowhere. No statement.

    `there` is what is left once the paid lines took theirs. A promotion's budget is charged with what
    it gives in the end.
    """
    picked, remarks = _in_stock(book, basket, there)
    if remarks:
        basket = basket_from(
            book, basket.node_id, lines, choices=dict(choices or {}) | dict(picked)
        )
    basket, short = _without_short(basket, there, book.currency)
    return Fitted(basket, (*remarks, *short))


def gift_need(book: PromotionBook, offer: GiftOffer, at: int) -> Decimal:
    """Base units of a gift that the offer would give."""
    gift = offer.gifts[at]
    known = book.facts.get(gift.sku)
    factor = known.factors.get(gift.unit, Decimal(1)) if known and gift.unit else Decimal(1)
    return gift.quantity * offer.times * factor


def free_skus(basket: Basket) -> set[int]:
    """SKUs that are or may become free in this basket."""
    offered = {gift.sku for offer in basket.result.choices for gift in offer.gifts}
    return offered | {goods.sku_id for goods in basket.free}


def _in_stock(
    book: PromotionBook, basket: Basket, there: There
) -> tuple[dict[int, list[int]], list[Remark]]:
    left = dict(there)
    chosen = {offer.promotion_id for offer in basket.result.choices}
    for goods in basket.free:
        if goods.promotion_id not in chosen:
            _take(left, goods.sku_id, goods.base_quantity)
    picked: dict[int, list[int]] = {}
    remarks: list[Remark] = []
    for offer in basket.result.choices:
        kept = list(offer.chosen)
        for place, at in enumerate(offer.chosen):
            other = _first_there(book, offer, at, kept, left)
            if other != at:
                kept[place] = other
                remarks.append(_instead(offer, at, other))
            _take(left, offer.gifts[other].sku, gift_need(book, offer, other))
        picked[offer.promotion_id] = kept
    return picked, remarks


def _first_there(
    book: PromotionBook, offer: GiftOffer, at: int, kept: Sequence[int], left: Mapping[int, Decimal]
) -> int:
    """The gift itself or the next one in stock that is not picked already; itself when none is."""
    count = len(offer.gifts)
    for other in [(at + step) % count for step in range(count)]:
        need, sku = gift_need(book, offer, other), offer.gifts[other].sku
        if (other == at or other not in kept) and left.get(sku, need) >= need:
            return other
    return at


def _take(left: dict[int, Decimal], sku_id: int, quantity: Decimal) -> None:
    if sku_id in left:
        left[sku_id] = max(left[sku_id] - quantity, Decimal(0))


def _instead(offer: GiftOffer, at: int, other: int) -> Remark:
    return Remark(
        INSTEAD, offer.promotion_id, offer.name, offer.gifts[at].sku, by=offer.gifts[other].sku
    )


def _without_short(
    basket: Basket, there: There, currency: str
) -> tuple[Basket, tuple[Remark, ...]]:
    left, free, remarks = dict(there), list[FreeLine](), list[Remark]()
    lost: dict[int, Decimal] = {}
    for goods in basket.free:
        factor = goods.base_quantity / goods.quantity
        given = min(goods.quantity, left.get(goods.sku_id, goods.base_quantity) // factor)
        _take(left, goods.sku_id, given * factor)
        if given == goods.quantity:
            free.append(goods)
            continue
        value = Fraction(goods.value) * Fraction(given) / Fraction(goods.quantity)
        worth = round_to_exponent(value, currency_exponent(currency))
        number = goods.promotion_id
        lost[number] = lost.get(number, Decimal(0)) + goods.value - worth
        missing = goods.quantity - given
        remarks.append(Remark(SHORT, number, goods.promotion, goods.sku_id, goods.unit, missing))
        if given:
            free.append(replace(goods, quantity=given, base_quantity=given * factor, value=worth))
    if not remarks:
        return basket, ()
    return replace(basket, result=_less(basket.result, lost), free=tuple(free)), tuple(remarks)


def _less(result: Result, lost: Mapping[int, Decimal]) -> Result:
    """The result whose promotions gave free goods of less worth."""
    applied = tuple(
        replace(one, free_value=one.free_value - lost.get(one.promotion_id, Decimal(0)))
        for one in result.applied
    )
    return replace(result, applied=applied)
