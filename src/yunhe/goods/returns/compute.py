"""Periods and amounts of rights of return; arithmetic on values, no Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def compute_period(kind: str, on: date) -> tuple[date, date]:
    """The half-open calendar month, quarter or year of a day."""
    months = _MONTHS[kind]
    first = (on.month - 1) // months * months + 1
    after = first + months
    start = date(on.year, first, 1)
    return start, date(on.year + 1, after - 12, 1) if after > 12 else date(on.year, after, 1)


def compute_limit(purchases: Decimal, percent: Decimal, places: Decimal) -> Decimal:
    """What may be returned of a period's purchases, rounded down to the currency's `places`."""
    return (max(purchases, Decimal(0)) * percent / HUNDRED).quantize(places, ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A line as it was found: base units good, damaged and refused, at a price."""

    good: Decimal
    damaged: Decimal
    refused: Decimal
    unit_price: Decimal


def compute_credit(
    lines: Sequence[Inspected], damaged_percent: Decimal, places: Decimal
) -> Decimal:
    """Good goods in full, damaged ones by their percentage, refused ones not; rounded once, at the end."""
    total = sum(
        (
            (line.good + line.damaged * damaged_percent / HUNDRED) * line.unit_price
            for line in lines
        ),
        Decimal(0),
    )
    return total.quantize(places, ROUND_HALF_UP)
