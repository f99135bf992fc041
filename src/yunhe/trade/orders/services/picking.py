"""Gifts that a file picks by product: which of the gifts offered with its order each one is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yunhe.trade.catalog.models import Sku
from yunhe.trade.promotions.compute import GiftOffer
from yunhe.trade.promotions.queries import Choices
from yunhe.trade.promotions.wording import title_of


@dataclass(frozen=True, slots=True)
class AskedGift:
    """A product that a row of the file picks as a gift, as it was written."""

    row: int
    sku_id: int
    code: str


@dataclass(frozen=True)
class Picked:
    """Promotion → positions of the gifts picked, and a fault for each that cannot be."""

    choices: Choices
    faults: list[dict[str, Any]]


def pick_gifts(asked: Sequence[AskedGift], offers: Sequence[GiftOffer]) -> Picked:
    """The first promotion that offers a gift and has one left to give gives it. A product named in
    several rows is one gift. One statement when a gift is not offered, none else."""
    choices: dict[int, list[int]] = {}
    faults = []
    first: dict[int, AskedGift] = {}
    for one in asked:
        first.setdefault(one.sku_id, one)
    for gift in first.values():
        places = list(_places(gift, offers))
        free = [
            (offer, at)
            for offer, at in places
            if len(choices.get(offer.promotion_id, ())) < offer.pick
        ]
        if free:
            offer, at = free[0]
            choices.setdefault(offer.promotion_id, []).append(at)
        else:
            message = _too_many(gift, places[0][0]) if places else _not_offered(gift, offers)
            faults.append({"row": gift.row, "sku": gift.code, "message": message})
    return Picked(choices, sorted(faults, key=lambda fault: fault["row"]))


def _places(gift: AskedGift, offers: Sequence[GiftOffer]) -> Iterator[tuple[GiftOffer, int]]:
    for offer in offers:
        for at, one in enumerate(offer.gifts):
            if one.sku == gift.sku_id:
                yield offer, at


def _too_many(gift: AskedGift, offer: GiftOffer) -> str:
    message = _("“%(promotion)s” gives %(pick)s of its gifts; “%(gift)s” is one too many.")
    return message % {"promotion": title_of(offer.name), "pick": offer.pick, "gift": gift.code}


def _not_offered(gift: AskedGift, offers: Sequence[GiftOffer]) -> str:
    skus = {one.sku for offer in offers for one in offer.gifts}
    if not skus:
        return _("There is no gift to choose with this order: “%(gift)s”.") % {"gift": gift.code}
    codes = Sku.objects.filter(pk__in=skus).order_by("code").values_list("code", flat=True)
    words = {"gift": gift.code, "offered": ", ".join(codes)}
    return _("“%(gift)s” is not among the gifts offered: %(offered)s.") % words
