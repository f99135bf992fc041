"""What a call-off costs, and why: the answer that orders ask for (`orders/agreements.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.errors import NotFound
from yunhe.platform.values import to_text
from yunhe.trade.blankets.choices import Pricing
from yunhe.trade.blankets.compute import less_percent
from yunhe.trade.blankets.errors import FrameOver
from yunhe.trade.blankets.models import Frame, FrameLine
from yunhe.trade.blankets.queries import each_by_sku, frames_by_number, is_open
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.queries import unit_factors
from yunhe.trade.orders.agreements import Agreed, AgreedPrice, Agreements
from yunhe.trade.orders.snapshot import resolution_of, rule_of
from yunhe.trade.pricing.compute import PriceRow, compute_unit_price
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.pricing.queries.explain import why


@dataclass(frozen=True)
class _Read:
    """Frames with the line of each product, and the units of the products."""

    frames: Mapping[tuple[str, int], tuple[Frame, Mapping[int, FrameLine]]]
    factors: Mapping[int, Mapping[str, Decimal]]

    @classmethod
    def of(cls, asked: Mapping[tuple[str, int], set[int]]) -> Self:
        """Three statements for any number, two more with product groups."""
        frames = frames_by_number(asked)
        terms = each_by_sku([(list(one.lines.all()), asked[key]) for key, one in frames.items()])
        factors = unit_factors(set[int]().union(*asked.values())) if frames else {}
        found = zip(frames.items(), terms, strict=True)
        return cls({key: (frame, by_sku) for (key, frame), by_sku in found}, factors)


class Frames(Agreements):
    """Frames are the agreements of the house."""

    def __init__(self, known: _Read | None = None) -> None:
        self._known = known

    def read(self, asked: Mapping[tuple[str, int], set[int]]) -> Frames:
        return Frames(_Read.of(asked))

    def price(
        self, number: str, *, node_id: int, lines: Sequence[PricedLine], on: date
    ) -> Agreed | None:
        """None when it was read before, else three statements, two more with product groups."""
        key = (number, node_id)
        known = self._known or _Read.of({key: {line.sku_id for line in lines}})
        if key not in known.frames:
            return None
        frame, terms = known.frames[key]
        prices = {
            at: price
            for at, line in enumerate(lines)
            if line.sku_id in terms
            and (price := _price(frame, terms[line.sku_id], line, known.factors[line.sku_id]))
        }
        return Agreed(prices, promotions=frame.promotions)

    def explain(self, kept: Mapping[str, Any]) -> str:
        words = {
            "frame": kept["frame"],
            "title": kept["title"],
            "signed": kept["signed"],
            "price": kept.get("price", ""),
            "unit": Unit(kept["unit"]).label if kept.get("unit") else "",
            "percent": kept.get("discount", ""),
        }
        if "price" in kept:
            sentence = _(
                "Agreed in frame %(frame)s (%(title)s), signed %(signed)s: %(price)s per %(unit)s."
            )
            return sentence % words
        listed = why(resolution_of(kept["rule"]), kept["asked"])
        if not kept.get("discount"):
            sentence = _("Price list of the day, as agreed in frame %(frame)s (%(title)s).")
        else:
            sentence = _(
                "Price list of the day less %(percent)s %%, as agreed in frame %(frame)s (%(title)s)."
            )
        return f"{sentence % words} {listed}"

    def url(self, number: str, *, portal: bool) -> str:
        found = Frame.objects.filter(number=number).first()
        if found is None:
            raise NotFound()
        name = "blankets_portal:detail" if portal else "blankets:detail"
        return reverse(name, args=[found.pk])

    def again_url(self, number: str, order_id: int, *, on: date) -> str:
        found = Frame.objects.filter(number=number).first()
        if found is None:
            raise NotFound()
        if not is_open(found, on):
            message = _(
                "Blanket order %(frame)s is no longer in force, and with it its prices: choose the "
                "goods in the catalogue."
            )
            raise FrameOver(message % {"frame": number})
        return f"{reverse('blankets_portal:call_off', args=[found.pk])}?again={order_id}"


def _price(
    frame: Frame, terms: FrameLine, line: PricedLine, factors: Mapping[str, Decimal]
) -> AgreedPrice | None:
    kept: dict[str, Any] = {
        "frame": frame.number,
        "title": frame.title,
        "signed": timezone.localdate(frame.signed_at).isoformat() if frame.signed_at else "–",
    }
    if frame.pricing == Pricing.FIXED and terms.price is not None and terms.unit in factors:
        row = PriceRow(terms.unit, Decimal(1), terms.price)
        kept |= {"price": to_text(terms.price), "unit": terms.unit}
        return AgreedPrice(compute_unit_price(row, factors, line.unit), kept)
    if line.unit_price is None:
        return None
    kept |= {"rule": rule_of(line.resolution), "asked": line.unit}
    if terms.discount:
        kept["discount"] = to_text(terms.discount)
    return AgreedPrice(less_percent(line.unit_price, terms.discount), kept)
