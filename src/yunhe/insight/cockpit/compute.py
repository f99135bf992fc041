"""Why a number changed: exact decompositions of a difference. No Django here.

Both decompositions add up to the whole change, to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Contribution:
    """What one part of the whole adds to the change."""

    key: object
    label: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True)
class Part:
    """One product group before and after: units and amount."""

    quantity_before: Decimal
    amount_before: Decimal
    quantity_after: Decimal
    amount_after: Decimal


@dataclass(frozen=True)
class PriceVolumeMix:
    """The change of an amount by cause; the three add up to it."""

    volume: Decimal
    mix: Decimal
    price: Decimal


def compute_contributions(
    parts: Iterable[Contribution], *, shown: int, rest_label: str
) -> list[Contribution]:
    """The parts with the largest changes up or down, largest first; the others as one.

    Args:
        shown: how many stand alone; with at most one more than that, all do.
    """
    ordered = sorted(parts, key=lambda part: (-abs(part.change), part.label))
    ordered = [part for part in ordered if part.before or part.after]
    if len(ordered) <= shown + 1:
        return ordered
    rest = ordered[shown:]
    before = sum((part.before for part in rest), ZERO)
    after = sum((part.after for part in rest), ZERO)
    return [*ordered[:shown], Contribution(None, rest_label, before, after)]


def compute_price_volume_mix(parts: Sequence[Part]) -> PriceVolumeMix:
    """Split the change of an amount into volume, mix and price.

    volume: the change of total units at the old average price.
    mix: dearer or cheaper groups gaining share, at old prices.
    price: new prices on the units sold now. A group without old sales has no old price; what it
    brings beyond the volume effect is mix.

    Source: the standard price–volume–mix analysis of management accounting.
    """
    units_before = sum((part.quantity_before for part in parts), ZERO)
    units_after = sum((part.quantity_after for part in parts), ZERO)
    before = sum((part.amount_before for part in parts), ZERO)
    after = sum((part.amount_after for part in parts), ZERO)
    price = sum((_price_effect(part) for part in parts), ZERO)
    average = before / units_before if units_before else ZERO
    volume = (units_after - units_before) * average
    return PriceVolumeMix(volume, after - before - volume - price, price)


def _price_effect(part: Part) -> Decimal:
    if not part.quantity_before or not part.quantity_after:
        return ZERO
    return part.amount_after - part.quantity_after * part.amount_before / part.quantity_before
