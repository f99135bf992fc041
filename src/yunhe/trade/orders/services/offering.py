"""Price lines and give them what promotions give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from yunhe.trade.orders.agreements import (
    AgreedPrice,
    Agreements,
    agreed_prices,
    check_every_line_priced,
)
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.orders.services.gifting import fit_free_goods
from yunhe.trade.pricing.compute import Resolution, compute_amount
from yunhe.trade.pricing.queries import AskedLine, PricedLine, price_lines
from yunhe.trade.promotions.queries import (
    Basket,
    Choices,
    FreeLine,
    Remark,
    There,
    basket_from,
    gift_need,
    promotion_book,
)
from yunhe.trade.promotions.services import open_partner_uses
from yunhe.trade.promotions.wording import free_snapshot, snapshot_of

FREE = "free"
NO_PRICE = Resolution(None, None, Decimal(0), ())


@dataclass(frozen=True, slots=True)
class OfferedLine(PricedLine):
    """A priced line after agreement and promotions: `amount` is what is left, `agreed` and `promotions`
    what the line keeps of them."""

    promotions: Mapping[str, Any] = field(default_factory=dict)
    agreed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfferedGift:
    """A gift to choose: its position in the rule, and whether it is in stock."""

    position: int
    sku_id: int
    unit: str
    quantity: Decimal
    there: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class OfferedGifts:
    """The gifts of one promotion, of which `pick` are given."""

    promotion_id: int
    promotion: str
    pick: int
    gifts: tuple[OfferedGift, ...]


@dataclass(frozen=True)
class Given:
    """What an order without promotions is written from."""

    lines: Sequence[PricedLine]
    facts: Mapping[str, Any] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Offer:
    """What an order is written from: its lines, free goods last, and the basket behind them.

    `remarks` say which gift was replaced and what is short; `offers` are the gifts to choose from,
    `choices` those that were picked by product.
    """

    lines: Sequence[PricedLine]
    basket: Basket
    remarks: tuple[Remark, ...] = ()
    offers: tuple[OfferedGifts, ...] = ()
    choices: Choices | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the gate of promotions holds for the order, `open_uses` comes first; and free rows."""
        free = [row for row, line in enumerate(self.lines, start=1) if is_free(line)]
        return {"promotions": self.basket.holds(), "free": free}


def open_uses(offers: Iterable[Offer | Given]) -> None:
    """Open the partners' accounts of the promotions that limit a partner's orders. At most one
    statement."""
    open_partner_uses(offer.basket for offer in offers if isinstance(offer, Offer))


def offer_lines(  # callers name each
    *,
    node_id: int,
    lines: Sequence[AskedLine],
    on: date,
    free: bool = True,
    ref: str = "",
    choices: Choices | None = None,
    there: There | None = None,
) -> Offer:
    """Price the lines, take off what promotions take, and add free goods (not with `free=False`).

    Three statements for any number of lines, four when promotions hold, as many more as
    `gifting.stock_for_free` takes when something is free. Raises as `price_lines`.
    """
    priced = price_lines(node_id=node_id, lines=lines, on=on)
    return promote_lines(priced, node_id, on=on, free=free, ref=ref, choices=choices, there=there)


def offer_agreed(  # callers name each
    agreement: str,
    *,
    node_id: int,
    lines: Sequence[AskedLine],
    on: date,
    free: bool = True,
    ref: str = "",
    choices: Choices | None = None,
    there: There | None = None,
) -> Offer | Given:
    """Price lines as the agreement says, with promotions when it lets them count.

    Raises as `price_lines`, AgreementUnknown.
    """
    listed = price_lines(node_id=node_id, lines=lines, on=on, require=False)
    priced, promotions = agree_prices(agreement, listed, node_id=node_id, on=on)
    if not promotions:
        return Given(priced)
    return promote_lines(priced, node_id, on=on, free=free, ref=ref, choices=choices, there=there)


def agree_prices(
    agreement: str,
    listed: Sequence[PricedLine],
    *,
    node_id: int,
    on: date,
    known: Agreements | None = None,
) -> tuple[list[PricedLine], bool]:
    """Lines at list prices with those of the agreement instead, and whether promotions count on top.

    Raises PriceMissing for lines that neither prices, AgreementUnknown.
    """
    agreed = agreed_prices(agreement, node_id=node_id, lines=listed, on=on, known=known)
    priced = [
        _agreed(line, agreed.prices[at]) if at in agreed.prices else line
        for at, line in enumerate(listed)
    ]
    check_every_line_priced(priced)
    return priced, agreed.promotions


def promote_lines(
    priced: Sequence[PricedLine],
    node_id: int,
    *,
    on: date,
    free: bool = True,
    ref: str = "",
    choices: Choices | None = None,
    there: There | None = None,
) -> Offer:
    """What promotions make of priced lines. One statement, two when promotions hold.

    Free goods are fitted to the stock that the paid lines leave (`gifting.fit_free_goods`); `there`
    says instead what there is of them.
    """
    book = promotion_book({node_id: {line.sku_id for line in priced}}, on=on, ref=ref)
    basket = basket_from(book, node_id, priced, choices=choices)
    if not free or not (basket.free or basket.result.choices):
        return offer_of(priced, basket, free=free)
    fitted = fit_free_goods(book, basket, priced, choices=choices, ref=ref, there=there)
    offers = tuple(
        OfferedGifts(
            offer.promotion_id,
            offer.name,
            offer.pick,
            tuple(
                OfferedGift(
                    at,
                    gift.sku,
                    gift.unit,
                    gift.quantity * offer.times,
                    fitted.there.get(gift.sku, need) >= need,
                    at in offer.chosen,
                )
                for at, gift in enumerate(offer.gifts)
                for need in [gift_need(book, offer, at)]
            ),
        )
        for offer in fitted.basket.result.choices
    )
    return offer_of(priced, fitted.basket, remarks=fitted.remarks, offers=offers)


def offer_of(
    priced: Sequence[PricedLine],
    basket: Basket,
    *,
    free: bool = True,
    remarks: tuple[Remark, ...] = (),
    offers: tuple[OfferedGifts, ...] = (),
) -> Offer:
    """The lines with what the basket takes off, and its free goods (not with `free=False`)."""
    if not basket.result.applied:
        return Offer(priced, basket)
    written: list[PricedLine] = [
        _with(line, amount=found.net, promotions=snapshot_of(found)) if found.steps else line
        for line, found in zip(priced, basket.result.lines, strict=True)
    ]
    if free:
        written += [_free(goods) for goods in basket.free]
    return Offer(written, basket, remarks, offers)


def paid_lines(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Written lines that somebody asked for: free goods come anew from the promotions of the day."""
    return [line for line in lines if FREE not in line.rule.get("promotions", {})]


def is_free(line: PricedLine) -> bool:
    """Whether a line is free goods."""
    return isinstance(line, OfferedLine) and FREE in line.promotions


def _with(line: PricedLine, *, amount: Decimal, promotions: Mapping[str, Any]) -> OfferedLine:
    return OfferedLine(
        sku_id=line.sku_id,
        unit=line.unit,
        quantity=line.quantity,
        base_quantity=line.base_quantity,
        currency=line.currency,
        unit_price=line.unit_price,
        amount=amount,
        resolution=line.resolution,
        promotions=promotions,
        agreed=line.agreed if isinstance(line, OfferedLine) else {},
    )


def _agreed(line: PricedLine, price: AgreedPrice) -> OfferedLine:
    return OfferedLine(
        sku_id=line.sku_id,
        unit=line.unit,
        quantity=line.quantity,
        base_quantity=line.base_quantity,
        currency=line.currency,
        unit_price=price.unit_price,
        amount=compute_amount(price.unit_price, line.quantity, line.currency),
        resolution=line.resolution,
        agreed=price.kept,
    )


def _free(goods: FreeLine) -> OfferedLine:
    return OfferedLine(
        sku_id=goods.sku_id,
        unit=goods.unit,
        quantity=goods.quantity,
        base_quantity=goods.base_quantity,
        currency=settings.CURRENCY,
        unit_price=Decimal(0),
        amount=Decimal(0),
        resolution=NO_PRICE,
        promotions=free_snapshot(goods.promotion_id, goods.promotion, goods.value),
    )
