"""What a promotion says, as values: docs/algorithms/promotions.md, sections 1 and 2."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Measure(StrEnum):
    """What a threshold counts."""

    SPEND = "spend"
    QUANTITY = "quantity"


class MixReward(StrEnum):
    """What a complete set of mix & match earns."""

    PRICE = "price"
    PERCENT = "percent"
    CHEAPEST = "cheapest"


@dataclass(frozen=True, slots=True)
class Selector:
    """Lines of any of these SKUs, categories or brands; none named: every line."""

    skus: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    brands: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()

    @property
    def everything(self) -> bool:
        return not (self.skus or self.categories or self.brands)

    def takes(self, sku: int, brand: int, categories: frozenset[int]) -> bool:
        """Whether a SKU with this brand and these categories (its own and those above) is meant."""
        if sku in self.excluded:
            return False
        return (
            self.everything
            or sku in self.skus
            or brand in self.brands
            or not self.categories.isdisjoint(categories)
        )


EVERYTHING = Selector()


@dataclass(frozen=True, slots=True)
class PercentOff:
    """`percent` (0 to 100) off each selected line."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class AmountOff:
    """`amount` off: per unit (base units when `unit` is ""), or once over the selection."""

    amount: Decimal
    per_unit: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ThresholdStep:
    """From `floor` on: a percentage or an amount off (exactly one is not zero)."""

    floor: Decimal
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Steps, lowest first. `repeat`: each further full `floor` of the step earns its amount again."""

    measure: Measure
    steps: tuple[ThresholdStep, ...]
    unit: str = ""
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class BuyGet:
    """For each `buy` units `get` units free: of the bought SKU, or of `gift`.

    `together` adds up the units of the whole selection; then the cheapest selected SKU is free.
    `most` limits the free units of one order. `gift_value` is the worth of one free unit of `gift`.
    """

    buy: int
    get: int
    unit: str = ""
    together: bool = False
    gift: int | None = None
    gift_unit: str = ""
    gift_value: Decimal = Decimal(0)
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A set of SKUs with base units of each, for a fixed price; `most` limits the sets."""

    parts: tuple[tuple[int, Decimal], ...]
    price: Decimal
    most: int | None = None


@dataclass(frozen=True, slots=True)
class MixMatch:
    """Any `size` units of the selection: for a price, at a percentage off, or `value` cheapest free."""

    size: int
    reward: MixReward
    value: Decimal
    unit: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """Something to choose: units of a SKU (base units when `unit` is ""), and what they are worth."""

    sku: int
    quantity: Decimal
    unit: str = ""
    value: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class GiftChoice:
    """From `floor` on, `pick` of the gifts; with `repeat` again for each further full floor."""

    measure: Measure
    floor: Decimal
    gifts: tuple[Gift, ...]
    pick: int = 1
    unit: str = ""
    repeat: bool = False


Rule = PercentOff | AmountOff | Threshold | BuyGet | Bundle | MixMatch | GiftChoice
