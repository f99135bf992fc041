"""Exact values: money, quantities, periods, rounding and allocation. Pure: no Django, no float."""

from __future__ import annotations

from yunhe.platform.values.allocation import allocate, allocate_by_key, allocate_integer
from yunhe.platform.values.currencies import currency_exponent
from yunhe.platform.values.days import EARLIEST
from yunhe.platform.values.errors import (
    InexactValue,
    InvalidValue,
    MixedCurrencies,
    MixedUnits,
    UnknownCurrency,
    UnknownUnit,
    ValueRefused,
)
from yunhe.platform.values.exact import (
    EXACT,
    as_decimal,
    exact_sum,
    half_width,
    parse_decimal,
    read_number,
    to_text,
)
from yunhe.platform.values.money import Money, sum_money
from yunhe.platform.values.period import Period
from yunhe.platform.values.quantity import Quantity, UnitTable
from yunhe.platform.values.rounding import Rounding, round_money, round_to_exponent

__all__ = [
    "EARLIEST",
    "EXACT",
    "InexactValue",
    "InvalidValue",
    "MixedCurrencies",
    "MixedUnits",
    "Money",
    "Period",
    "Quantity",
    "Rounding",
    "UnitTable",
    "UnknownCurrency",
    "UnknownUnit",
    "ValueRefused",
    "allocate",
    "allocate_by_key",
    "allocate_integer",
    "as_decimal",
    "currency_exponent",
    "exact_sum",
    "half_width",
    "parse_decimal",
    "read_number",
    "round_money",
    "round_to_exponent",
    "sum_money",
    "to_text",
]
