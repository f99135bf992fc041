"""Money: an exact amount of one currency. Rounding is a named step, never a side effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from yunhe.platform.values.allocation import allocate
from yunhe.platform.values.currencies import currency_exponent
from yunhe.platform.values.errors import MixedCurrencies
from yunhe.platform.values.exact import (
    ZERO,
    as_decimal,
    exact_difference,
    exact_product,
    exact_sum,
    to_text,
)
from yunhe.platform.values.rounding import Rounding, round_to_exponent


@dataclass(frozen=True, slots=True)
class Money:
    """An exact, possibly not yet rounded amount. Equal when currency and numeric value are.

    Raises InvalidValue for float, NaN or infinity, UnknownCurrency, MixedCurrencies.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        currency_exponent(self.currency)
        object.__setattr__(self, "amount", as_decimal(self.amount))

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Self:
        """Money from an exact source: `Money.of("12.30", "CNY")`."""
        return cls(as_decimal(amount), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(ZERO, currency)

    @property
    def exponent(self) -> int:
        return currency_exponent(self.currency)

    @property
    def is_rounded(self) -> bool:
        """Whether the amount is a whole number of minor units."""
        return self.rounded().amount == self.amount

    def rounded(self, algorithm: Rounding = Rounding.HALF_UP) -> Self:
        """Round once to the currency's exponent."""
        return type(self)(round_to_exponent(self.amount, self.exponent, algorithm), self.currency)

    def allocated(self, weights: Sequence[Decimal | int]) -> tuple[Self, ...]:
        """Shares by largest remainder; they sum to this amount exactly (see `allocate`)."""
        shares = allocate(self.amount, weights, exponent=self.exponent)
        return tuple(type(self)(share, self.currency) for share in shares)

    def __add__(self, other: Money) -> Self:
        return type(self)(exact_sum((self.amount, self._same(other))), self.currency)

    def __sub__(self, other: Money) -> Self:
        return type(self)(exact_difference(self.amount, self._same(other)), self.currency)

    def __neg__(self) -> Self:
        return type(self)(exact_difference(ZERO, self.amount), self.currency)

    def __abs__(self) -> Self:
        return -self if self.amount < 0 else self

    def __mul__(self, factor: Decimal | int) -> Self:
        return type(self)(exact_product(self.amount, as_decimal(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        shown = f"{self.amount:.{self.exponent}f}" if self.is_rounded else to_text(self.amount)
        return f"{shown} {self.currency}"

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} do not mix")
        return other.amount


def sum_money(values: Iterable[Money], currency: str) -> Money:
    """Exact sum; zero of `currency` when empty. Raises MixedCurrencies."""
    total = Money.zero(currency)
    for value in values:
        total += value
    return total
