"""What the value types refuse. No Django here: a face maps `code` to a sentence in its language."""

from __future__ import annotations


class ValueRefused(ValueError):
    """Base of every refusal; `code` is stable and machine-readable."""

    code = "value.refused"


class InvalidValue(ValueRefused):
    """Not a finite decimal, a date, a known word … ."""

    code = "value.invalid"


class InexactValue(ValueRefused):
    """The result would need rounding where none is allowed."""

    code = "value.inexact"


class UnknownCurrency(ValueRefused):
    """Not an active ISO 4217 code."""

    code = "value.unknown_currency"


class MixedCurrencies(ValueRefused):
    """Two currencies met in one sum or comparison."""

    code = "value.mixed_currencies"


class UnknownUnit(ValueRefused):
    """The product has no such pack unit."""

    code = "value.unknown_unit"


class MixedUnits(ValueRefused):
    """Two units met in one sum or comparison without a conversion."""

    code = "value.mixed_units"
