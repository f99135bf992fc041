"""What promotions will add at submission, in words, while the order is being written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.orders.services.offering import OfferedGifts, offer_lines, paid_lines
from yunhe.trade.pricing.queries import AskedLine
from yunhe.trade.promotions.queries import Choices
from yunhe.trade.promotions.wording import (
    count,
    message_in_words,
    remark_in_words,
    remark_snapshot,
    skus_remarked,
    skus_told,
    title_of,
)


def preview_offer(
    node_id: int, lines: Sequence[OrderLine], *, on: date, choices: Choices | None = None
) -> dict[str, Any]:
    """Free goods, gifts to choose from, what is short of them, and what is missing to the next reward.

    Five statements with promotions, three without, none for an empty cart; three more when something
    is free.
    """
    if not lines:
        return {}
    asked = [AskedLine(line.sku_id, line.unit, line.quantity) for line in paid_lines(lines)]
    offer = offer_lines(node_id=node_id, lines=asked, on=on, choices=choices)
    basket, told = offer.basket, offer.basket.result.messages
    if not (basket.free or told or basket.discount or offer.remarks):
        return {}
    remarks = [remark_snapshot(one) for one in offer.remarks]
    wanted = {goods.sku_id for goods in basket.free} | skus_told(told) | skus_remarked(remarks)
    wanted |= {gift.sku_id for one in offer.offers for gift in one.gifts}
    skus = Sku.objects.in_bulk(wanted)
    names = {pk: sku.label for pk, sku in skus.items()}
    return {
        "discount": basket.discount,
        "free": [
            {"name": names[goods.sku_id], "count": count(goods.quantity, goods.unit)}
            for goods in basket.free
        ],
        "offers": [_offered(one, skus) for one in offer.offers],
        "remarks": [remark_in_words(one, names) for one in remarks],
        "messages": [message_in_words(message, names) for message in told],
    }


def _offered(offer: OfferedGifts, skus: dict[int, Sku]) -> dict[str, Any]:
    return {
        "promotion_id": offer.promotion_id,
        "promotion": title_of(offer.promotion),
        "pick": offer.pick,
        "gifts": [
            {
                "position": gift.position,
                "name": skus[gift.sku_id].label,
                "count": count(gift.quantity, gift.unit or skus[gift.sku_id].base_unit),
                "there": gift.there,
                "chosen": gift.chosen,
            }
            for gift in offer.gifts
        ],
    }
