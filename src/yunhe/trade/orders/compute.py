"""Arithmetic of orders on values. No Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from yunhe.platform.values import round_money


def compute_part(
    amount: Decimal, part: Decimal, whole: Decimal, before: Decimal, currency: str
) -> Decimal:
    """The share of a line's amount that belongs to `part` of its `whole` quantity.

    `before` is the quantity already accounted for: shares of successive parts sum to the amount
    exactly, because each is the difference of two rounded cumulative shares.
    """
    upto = round_money(amount * (before + part) / whole, currency)
    return upto - round_money(amount * before / whole, currency)


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as somebody wrote it; `unit` is empty when none was given, `quantity` None if unreadable."""

    row: int
    code: str
    quantity: Decimal | None
    unit: str


def read_lines(text: str) -> Sequence[WrittenLine]:
    """Lines pasted from a spreadsheet or typed: code, quantity and unit, apart by tab, comma or space.

    Empty lines are skipped; rows count from 1 over all lines, as an editor numbers them.
    """
    found = []
    for row, line in enumerate(text.splitlines(), start=1):
        words = [word for word in re.split(r"[\s,，;；]+", line.strip()) if word]
        if words:
            quantity = _quantity(words[1]) if len(words) > 1 else None
            found.append(WrittenLine(row, words[0], quantity, words[2] if len(words) > 2 else ""))
    return found


def _quantity(word: str) -> Decimal | None:
    try:
        value = Decimal(word)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None
