"""Divide what comes off among lines: rounded once, exact in sum, never beyond a line's room."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from yunhe.platform.values import allocate, exact_sum, round_to_exponent


def spread(
    wanted: Mapping[int, Fraction],
    room: Mapping[int, Decimal],
    *,
    exponent: int,
    most: Decimal | None = None,
) -> dict[int, Decimal]:
    """Row -> share of the rounded sum of `wanted`, at most `room` each and `most` in all.

    Shares are proportional to `wanted` by largest remainder, equal remainders to the smaller row;
    what a full line cannot take goes to lines with room among the wanted ones.
    """
    rows = sorted(row for row, part in wanted.items() if part > 0)
    total = min(
        round_to_exponent(sum((wanted[row] for row in rows), Fraction(0)), exponent),
        exact_sum(room[row] for row in rows),
    )
    if most is not None:
        total = min(total, round_to_exponent(most, exponent))
    if total <= 0:
        return {}
    first = allocate(total, [wanted[row] for row in rows], exponent=exponent)
    shares = {row: min(share, room[row]) for row, share in zip(rows, first, strict=True)}
    rest = total - exact_sum(shares.values())
    if rest:
        again = allocate(rest, [room[row] - shares[row] for row in rows], exponent=exponent)
        shares = {row: shares[row] + more for row, more in zip(rows, again, strict=True)}
    return {row: share for row, share in shares.items() if share}
