"""Arithmetic of orders on values. No Django."""

from __future__ import annotations

from decimal import Decimal

from yunhe.platform.values import round_money


def compute_part(amount: Decimal, part: Decimal, whole: Decimal, before: Decimal, currency: str) -> Decimal:
    """The share of a line's amount that belongs to `part` of its `whole` quantity.

    `before` is the quantity already accounted for: shares of successive parts sum to the amount
    exactly, because each is the difference of two rounded cumulative shares.
    """
    upto = round_money(amount * (before + part) / whole, currency)
    return upto - round_money(amount * before / whole, currency)
