"""Priced lines and the sentence "why this price"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yunhe.channel.network.choices import Level, Tier
from yunhe.platform.language import in_language
from yunhe.platform.values import to_text
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.pricing.choices import Channel
from yunhe.trade.pricing.compute import ApplicableList, Passed, Resolution

_REASONS = {
    Passed.NO_PRICE: gettext_lazy("no price for this product"),
    Passed.BELOW_MINIMUM: gettext_lazy("quantity below its minimum"),
}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """What a partner wants: `quantity` of `unit` of a SKU."""

    sku_id: int
    unit: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its price. Without one, `unit_price` and `amount` are None and `why` says so."""

    sku_id: int
    unit: str
    quantity: Decimal
    base_quantity: Decimal
    currency: str
    unit_price: Decimal | None
    amount: Decimal | None
    resolution: Resolution

    @property
    def price_list_id(self) -> int | None:
        return self.resolution.taken.id if self.resolution.taken else None

    @property
    def price_list(self) -> str:
        """Name of the list that priced the line."""
        return list_label(self.resolution.taken) if self.resolution.taken else ""

    @property
    def why(self) -> str:
        """Which list and row, how converted, and why each more specific list did not price it."""
        return why(self.resolution, self.unit)


def why(resolution: Resolution, unit: str) -> str:
    """The sentences for one line, in the reader's language."""
    sentences = []
    taken, row = resolution.taken, resolution.row
    if taken is None or row is None:
        sentences.append(str(_("No price list has a price for this line.")))
    else:
        sentences.append(
            _("“%(list)s” (%(scope)s) has %(price)s per %(unit)s from %(minimum)s on.")
            % {
                "list": list_label(taken),
                "scope": describe_scope(taken),
                "price": to_text(row.price),
                "unit": Unit(row.unit).label,
                "minimum": to_text(row.min_quantity),
            }
        )
        if row.unit != unit:
            sentences.append(
                _("Converted to %(price)s per %(unit)s.")
                % {"price": to_text(resolution.unit_price or Decimal(0)), "unit": Unit(unit).label}
            )
        if resolution.floor is not None:
            sentences.append(
                _("The manufacturer's lowest price of %(price)s per base unit counts instead.")
                % {"price": to_text(resolution.floor)}
            )
    if resolution.passed:
        sentences.append(_passed(resolution))
    return " ".join(sentences)


def _passed(resolution: Resolution) -> str:
    lists = _("; ").join(
        _("“%(list)s”: %(reason)s") % {"list": list_label(price_list), "reason": _REASONS[reason]}
        for price_list, reason in resolution.passed
    )
    return ngettext(
        "One more specific list was passed over: %(lists)s.",
        "%(count)d more specific lists were passed over: %(lists)s.",
        len(resolution.passed),
    ) % {"lists": lists, "count": len(resolution.passed)}


def list_label(price_list: ApplicableList) -> str:
    """The list's name in the reader's language."""
    return in_language(price_list.name, price_list.name_en)


def describe_scope(price_list: ApplicableList) -> str:
    """Whose list it is or for whom: the seller's own, this partner, a region, a level …, everybody."""
    conditions = [
        str(choices(value).label)
        for choices, value in (
            (Channel, price_list.channel),
            (Level, price_list.level),
            (Tier, price_list.tier),
        )
        if value
    ]
    if price_list.keeper:
        place = _("price list of %(partner)s") % {"partner": price_list.keeper}
    elif price_list.own:
        place = _("this partner")
    elif price_list.depth > 1:
        place = _("the region")
    else:
        place = "" if conditions else _("everybody")
    return " · ".join(part for part in (place, *conditions) if part)
