"""Named rounding algorithms on exact numbers. The default everywhere is half up (away from zero).

Worked table for exponent 2 (docs/algorithms/rebates.md):

    value    half_up  half_even  up     down
     1.005    1.01     1.00      1.01   1.00
     1.015    1.02     1.02      1.02   1.01
    -1.005   -1.01    -1.00     -1.01  -1.00
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from yunhe.platform.values.currencies import currency_exponent


class Rounding(StrEnum):
    """Algorithms by name; `up` and `down` mean away from and towards zero."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


def round_to_exponent(
    value: Decimal | Fraction | int, exponent: int, algorithm: Rounding = Rounding.HALF_UP
) -> Decimal:
    """Round once to `exponent` decimal places; exact for any size, independent of any context.

    Returns a Decimal that shows exactly `exponent` places, never a negative zero.
    """
    if isinstance(value, float):
        raise TypeError("a float is not an exact number")
    scaled = Fraction(value) * 10**exponent
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    if _rounds_away(whole, 2 * rest, scaled.denominator, algorithm):
        whole += 1
    sign = 1 if scaled < 0 and whole else 0
    return Decimal((sign, tuple(int(digit) for digit in str(whole)), -exponent))


def round_money(
    value: Decimal | Fraction | int, currency: str, algorithm: Rounding = Rounding.HALF_UP
) -> Decimal:
    """Round once to the currency's exponent (JPY 0, CNY 2, BHD 3)."""
    return round_to_exponent(value, currency_exponent(currency), algorithm)


def _rounds_away(whole: int, twice_rest: int, unit: int, algorithm: Rounding) -> bool:
    if algorithm is Rounding.UP:
        return twice_rest > 0
    if algorithm is Rounding.DOWN:
        return False
    if algorithm is Rounding.HALF_EVEN and twice_rest == unit:
        return whole % 2 == 1
    return twice_rest >= unit
