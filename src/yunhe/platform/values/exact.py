"""Decimal arithmetic that is exact or refuses.

Python's default context silently rounds after 28 digits. `EXACT` keeps up to 2,000 digits and traps
`Inexact`, so a sum or a product either is exact or raises `InexactValue`; it never drifts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import (
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Rounded,
)

from yunhe.platform.values.errors import InexactValue, InvalidValue

EXACT = Context(
    prec=2000, traps=[Clamped, DivisionByZero, Inexact, InvalidOperation, Overflow, Rounded]
)
"""Context for sums and products that must not lose a digit. Rounding traps, too."""

ZERO = Decimal(0)

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_MAX_DIGITS = 120
_MAX_EXPONENT = 60


def parse_decimal(text: str) -> Decimal:
    """Read an exact decimal such as "-12.50" or "1E+3".

    Raises InvalidValue for anything else: blanks, NaN, infinities, thousands separators, digits of
    other scripts, more than 120 digits, exponents beyond ±60.
    """
    if not isinstance(text, str) or len(text) > _MAX_DIGITS + 8 or not _NUMBER.fullmatch(text):
        raise InvalidValue(f"not an exact decimal: {text!r:.60}")
    value = Decimal(text)
    _, digits, exponent = value.as_tuple()
    if len(digits) > _MAX_DIGITS or not isinstance(exponent, int) or abs(exponent) > _MAX_EXPONENT:
        raise InvalidValue(f"number too large: {text!r:.60}")
    return value


def half_width(text: str) -> str:
    """Letters, digits and signs as the keyboard without an input method writes them (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def read_number(text: str) -> Decimal | None:
    """A number as somebody typed it, full width or with thousands grouped by commas; None when it is none."""
    try:
        return parse_decimal(half_width(text).replace(",", "").strip())
    except InvalidValue:
        return None


def as_decimal(value: Decimal | int | str) -> Decimal:
    """A finite Decimal from an exact source. Raises InvalidValue for float, bool, NaN, infinity."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise InvalidValue(f"not a finite number: {value}")
        return value
    if isinstance(value, str):
        return parse_decimal(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(f"{type(value).__name__} is not an exact number: {value!r:.60}")
    return Decimal(value)


def to_text(value: Decimal) -> str:
    """Plain notation without exponent, trailing zeros or a negative zero: 1E+3 -> "1000"."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """Sum without rounding, in any order. Raises InexactValue beyond 2,000 digits."""
    total = ZERO
    try:
        for value in values:
            total = EXACT.add(total, value)
    except (Inexact, Rounded) as error:
        raise InexactValue("the sum has more than 2,000 digits") from error
    return total


def exact_product(left: Decimal, right: Decimal) -> Decimal:
    """Product without rounding. Raises InexactValue beyond 2,000 digits."""
    try:
        return EXACT.multiply(left, right)
    except (Inexact, Rounded) as error:
        raise InexactValue("the product has more than 2,000 digits") from error


def exact_difference(left: Decimal, right: Decimal) -> Decimal:
    """`left - right` without rounding. Raises InexactValue beyond 2,000 digits."""
    return exact_sum((left, right.copy_negate()))
