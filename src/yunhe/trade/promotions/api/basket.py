"""What a basket would cost and get, over the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.guards import require_any
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.promotions.compute.basket import GiftOffer
from yunhe.trade.promotions.permissions import VIEW, VIEW_OWN
from yunhe.trade.promotions.queries import apply_promotions, free_skus
from yunhe.trade.promotions.wording import (
    explain,
    message_in_words,
    skus_told,
    snapshot_of,
    title_of,
)

router = Router(tags=["promotions"])
MAX_LINES = 5000


class LineIn(Schema):
    sku: str
    unit: str
    quantity: Decimal = Field(gt=0, max_digits=12, decimal_places=3)


class BasketIn(Schema):
    """Lines to be priced; `partner_id` defaults to the caller's own company."""

    partner_id: int | None = None
    on: date | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)
    choices: dict[int, list[int]] = Field(
        {}, description="Gifts picked: promotion's id to positions, as `offers` count them"
    )


class LineOut(LineIn):
    amount: Decimal
    discount: Decimal
    net: Decimal
    why: list[str]


class FreeOut(Schema):
    sku: str
    unit: str
    quantity: Decimal
    promotion: str


class GiftOut(Schema):
    """A gift to choose; `position` is what `choices` name."""

    position: int
    sku: str
    unit: str
    quantity: Decimal


class OfferOut(Schema):
    """The gifts of one promotion, of which `pick` are given; `chosen` are the positions that count."""

    promotion_id: int
    promotion: str
    pick: int
    chosen: list[int]
    gifts: list[GiftOut]


class BasketOut(Schema):
    amount: Decimal
    discount: Decimal
    net: Decimal
    lines: list[LineOut]
    free: list[FreeOut]
    offers: list[OfferOut]
    messages: list[str]


@router.post(
    "/basket",
    response=BasketOut,
    auth=require_any(VIEW, VIEW_OWN),
    operation_id="try_basket",
)
def post_basket(request: HttpRequest, body: BasketIn) -> Any:
    """What a basket would cost and get, line by line, and why. Nothing is written."""
    node_id = body.partner_id or principal_of(request).home_id
    if node_id is None:
        raise NotFound()
    on = body.on or timezone.localdate()
    ids = ids_by_code({line.sku for line in body.lines})
    if any(line.sku not in ids for line in body.lines):
        raise NotFound(field="lines")
    asked = [AskedLine(ids[line.sku], line.unit, line.quantity) for line in body.lines]
    priced = price_lines(node_id=node_id, lines=asked, on=on)
    basket = apply_promotions(node_id=node_id, lines=priced, on=on, choices=body.choices)
    named = free_skus(basket) | skus_told(basket.result.messages)
    skus = {sku.pk: sku for sku in Sku.objects.filter(pk__in=named)} if named else {}
    labels = {pk: sku.label for pk, sku in skus.items()}
    return {
        "amount": basket.result.amount,
        "discount": basket.result.discount,
        "net": basket.result.net,
        "lines": [
            line.dict()
            | {name: getattr(found, name) for name in ("amount", "discount", "net")}
            | {"why": explain(snapshot_of(found))}
            for line, found in zip(body.lines, basket.result.lines, strict=True)
        ],
        "free": [
            {
                "sku": skus[one.sku_id].code,
                "unit": one.unit,
                "quantity": one.quantity,
                "promotion": title_of(one.promotion),
            }
            for one in basket.free
        ],
        "offers": [_offer(one, skus) for one in basket.result.choices],
        "messages": [message_in_words(one, labels) for one in basket.result.messages],
    }


def _offer(offer: GiftOffer, skus: Mapping[int, Sku]) -> dict[str, Any]:
    return {
        "promotion_id": offer.promotion_id,
        "promotion": title_of(offer.name),
        "pick": offer.pick,
        "chosen": list(offer.chosen),
        "gifts": [
            {
                "position": at,
                "sku": skus[gift.sku].code,
                "unit": gift.unit or skus[gift.sku].base_unit,
                "quantity": gift.quantity * offer.times,
            }
            for at, gift in enumerate(offer.gifts)
            if gift.sku in skus
        ],
    }
