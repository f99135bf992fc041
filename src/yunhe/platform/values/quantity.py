"""Quantities carry their unit; a unit table converts a product's pack units into base units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Self

from yunhe.platform.values.errors import InexactValue, InvalidValue, MixedUnits, UnknownUnit
from yunhe.platform.values.exact import (
    as_decimal,
    exact_difference,
    exact_product,
    exact_sum,
    to_text,
)

BASE = "base"
"""The name of every product's base unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number of one unit. Raises InvalidValue for floats, MixedUnits in sums."""

    value: Decimal
    unit: str = BASE

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", as_decimal(self.value))

    @classmethod
    def of(cls, value: Decimal | int | str, unit: str = BASE) -> Self:
        return cls(as_decimal(value), unit)

    def __add__(self, other: Quantity) -> Self:
        return type(self)(exact_sum((self.value, self._same(other))), self.unit)

    def __sub__(self, other: Quantity) -> Self:
        return type(self)(exact_difference(self.value, self._same(other)), self.unit)

    def __neg__(self) -> Self:
        return type(self)(exact_difference(Decimal(0), self.value), self.unit)

    def __mul__(self, factor: Decimal | int) -> Self:
        return type(self)(exact_product(self.value, as_decimal(factor)), self.unit)

    def __lt__(self, other: Quantity) -> bool:
        return self.value < self._same(other)

    def __le__(self, other: Quantity) -> bool:
        return self.value <= self._same(other)

    def __gt__(self, other: Quantity) -> bool:
        return self.value > self._same(other)

    def __ge__(self, other: Quantity) -> bool:
        return self.value >= self._same(other)

    def __str__(self) -> str:
        return f"{to_text(self.value)} {self.unit}"

    def _same(self, other: Quantity) -> Decimal:
        if not isinstance(other, Quantity):
            raise TypeError(f"a quantity and {type(other).__name__} do not mix")
        if other.unit != self.unit:
            raise MixedUnits(f"{self.unit} and {other.unit} do not mix; convert to base units")
        return other.value


@dataclass(frozen=True, slots=True)
class UnitTable:
    """product -> pack unit -> how many base units it holds (a positive exact number)."""

    factors: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for product, units in self.factors.items():
            for unit, factor in units.items():
                if as_decimal(factor) <= 0:
                    raise InvalidValue(f"{product}: unit {unit} must hold more than 0 base units")
                if unit == BASE and factor != 1:
                    raise InvalidValue(f"{product}: the base unit holds 1 base unit")

    def factor(self, product: str, unit: str) -> Decimal:
        """Base units in one `unit` of `product`. Raises UnknownUnit."""
        if unit == BASE:
            return Decimal(1)
        try:
            return self.factors[product][unit]
        except KeyError:
            raise UnknownUnit(f"product {product} has no unit {unit!r}") from None

    def to_base(self, product: str, quantity: Quantity) -> Quantity:
        """The same quantity in base units, exact."""
        return Quantity(exact_product(quantity.value, self.factor(product, quantity.unit)))

    def from_base(self, product: str, quantity: Quantity, unit: str) -> Quantity:
        """The same quantity in `unit`. Raises InexactValue when it is no finite decimal."""
        if quantity.unit != BASE:
            raise MixedUnits(f"{quantity.unit} is not the base unit")
        ratio = Fraction(quantity.value) / Fraction(self.factor(product, unit))
        return Quantity(_finite_decimal(ratio, product, unit), unit)

    def split(self, product: str, quantity: Quantity, unit: str) -> tuple[int, Quantity]:
        """Whole packs and the rest in base units (same sign): 80 bottles -> 3 cases, 8 bottles."""
        if quantity.unit != BASE:
            raise MixedUnits(f"{quantity.unit} is not the base unit")
        factor = self.factor(product, unit)
        packs = int(Fraction(quantity.value) / Fraction(factor))
        return packs, Quantity(
            exact_difference(quantity.value, exact_product(factor, Decimal(packs)))
        )


def _finite_decimal(ratio: Fraction, product: str, unit: str) -> Decimal:
    twos = fives = 0
    rest = ratio.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise InexactValue(f"{ratio} {unit} of {product} is not a finite decimal; use split()")
    places = max(twos, fives)
    return exact_product(Decimal(int(ratio * 10**places)), Decimal((0, (1,), -places)))
