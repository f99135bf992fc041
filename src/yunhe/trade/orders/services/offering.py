"""Price lines and give them what promotions give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.agreements import AgreedPrice, agreed_prices, check_every_line_priced
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.pricing.compute import Resolution, compute_amount
from yunhe.trade.pricing.queries import AskedLine, PricedLine, price_lines
from yunhe.trade.promotions.queries import Basket, FreeLine, apply_promotions
from yunhe.trade.promotions.services import open_partner_uses
from yunhe.trade.promotions.wording import (
    count,
    free_snapshot,
    message_in_words,
    skus_told,
    snapshot_of,
)

FREE = "free"
_NO_PRICE = Resolution(None, None, Decimal(0), ())


@dataclass(frozen=True, slots=True)
class OfferedLine(PricedLine):
    """A priced line after agreement and promotions: `amount` is what is left, `agreed` and `promotions`
    what the line keeps of them."""

    promotions: Mapping[str, Any] = field(default_factory=dict)
    agreed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """What an order without promotions is written from."""

    lines: Sequence[PricedLine]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """What an order is written from: its lines, free goods last, and the basket behind them."""

    lines: Sequence[PricedLine]
    basket: Basket

    @property
    def facts(self) -> dict[str, Any]:
        """What the gate of promotions holds for the order; `open_uses` comes first."""
        return {"promotions": self.basket.holds()}


def open_uses(offers: Iterable[Offer | Given]) -> None:
    """Open the partners' accounts of the promotions that limit a partner's orders. At most one
    statement."""
    open_partner_uses(offer.basket for offer in offers if isinstance(offer, Offer))


def offer_lines(
    *, node_id: int, lines: Sequence[AskedLine], on: date, free: bool = True, ref: str = ""
) -> Offer:
    """Price the lines, take off what promotions take, and add free goods (not with `free=False`).

    Three statements for any number of lines, four when promotions hold. Raises as `price_lines`.
    """
    return promote_lines(
        price_lines(node_id=node_id, lines=lines, on=on), node_id, on=on, free=free, ref=ref
    )


def offer_agreed(
    agreement: str,
    *,
    node_id: int,
    lines: Sequence[AskedLine],
    on: date,
    free: bool = True,
    ref: str = "",
) -> Offer | Given:
    """Price lines as the agreement says, with promotions when it lets them count.

    Raises as `price_lines`, AgreementUnknown.
    """
    listed = price_lines(node_id=node_id, lines=lines, on=on, require=False)
    priced, promotions = agree_prices(agreement, listed, node_id=node_id, on=on)
    if not promotions:
        return Given(priced)
    return promote_lines(priced, node_id, on=on, free=free, ref=ref)


def agree_prices(
    agreement: str, listed: Sequence[PricedLine], *, node_id: int, on: date
) -> tuple[list[PricedLine], bool]:
    """Lines at list prices with those of the agreement instead, and whether promotions count on top.

    Raises PriceMissing for lines that neither prices, AgreementUnknown.
    """
    agreed = agreed_prices(agreement, node_id=node_id, lines=listed, on=on)
    priced = [
        _agreed(line, agreed.prices[at]) if at in agreed.prices else line
        for at, line in enumerate(listed)
    ]
    check_every_line_priced(priced)
    return priced, agreed.promotions


def promote_lines(
    priced: Sequence[PricedLine], node_id: int, *, on: date, free: bool = True, ref: str = ""
) -> Offer:
    """What promotions make of priced lines. One statement, two when promotions hold."""
    basket = apply_promotions(node_id=node_id, lines=priced, on=on, ref=ref)
    return offer_of(priced, basket, free=free)


def offer_of(priced: Sequence[PricedLine], basket: Basket, *, free: bool = True) -> Offer:
    """The lines with what the basket takes off, and its free goods (not with `free=False`)."""
    if not basket.result.applied:
        return Offer(priced, basket)
    written: list[PricedLine] = [
        _with(line, amount=found.net, promotions=snapshot_of(found)) if found.steps else line
        for line, found in zip(priced, basket.result.lines, strict=True)
    ]
    if free:
        written += [_free(goods) for goods in basket.free]
    return Offer(written, basket)


def preview_offer(node_id: int, lines: Sequence[OrderLine], *, on: date) -> dict[str, Any]:
    """What promotions will add at submission, in words: free goods, and what is missing to the next reward.

    Five statements with promotions, three without, none for an empty cart.
    """
    if not lines:
        return {}
    asked = [AskedLine(line.sku_id, line.unit, line.quantity) for line in paid_lines(lines)]
    basket = offer_lines(node_id=node_id, lines=asked, on=on).basket
    told = basket.result.messages
    if not (basket.free or told or basket.discount):
        return {}
    wanted = {goods.sku_id for goods in basket.free} | skus_told(told)
    names = {sku.pk: sku.label for sku in Sku.objects.filter(pk__in=wanted)}
    return {
        "discount": basket.discount,
        "free": [
            {"name": names[goods.sku_id], "count": count(goods.quantity, goods.unit)}
            for goods in basket.free
        ],
        "messages": [message_in_words(message, names) for message in told],
    }


def paid_lines(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Written lines that somebody asked for: free goods come anew from the promotions of the day."""
    return [line for line in lines if FREE not in line.rule.get("promotions", {})]


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
        resolution=_NO_PRICE,
        promotions=free_snapshot(goods.promotion_id, goods.promotion, goods.value),
    )
