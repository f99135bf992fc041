"""Largest-remainder allocation (Hamilton's method): shares that sum to the total exactly.

Worked table: docs/algorithms/allocation.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, TypeVar

from yunhe.platform.values.errors import InexactValue, InvalidValue
from yunhe.platform.values.exact import as_decimal

Key = TypeVar("Key", bound=Hashable)


def allocate_integer(total: int, weights: Sequence[Decimal | Fraction | int]) -> tuple[int, ...]:
    """Divide `total` indivisible units in proportion to `weights`.

    Every share is its exact quota rounded down or up towards the total's sign; the units left over
    go to the largest remainders, ties to the earlier weight. A negative total is the mirror image
    of the positive one. All weights zero: equal weights. Raises InvalidValue for a negative or
    inexact weight, or for no weights at all unless the total is 0.
    """
    if not weights:
        if total:
            raise InvalidValue("nothing to allocate to")
        return ()
    exact = [_weight(weight) for weight in weights]
    # over one denominator, so that all that follows is arithmetic on whole numbers
    denominator = lcm(*(weight.denominator for weight in exact))
    parts = [weight.numerator * (denominator // weight.denominator) for weight in exact]
    if not any(parts):
        parts = [1] * len(parts)
    whole = sum(parts)
    quotas = [divmod(abs(total) * part, whole) for part in parts]
    shares = [quota for quota, _remainder in quotas]
    left = abs(total) - sum(shares)
    by_remainder = sorted(range(len(quotas)), key=lambda at: (-quotas[at][1], at))
    for at in by_remainder[:left]:
        shares[at] += 1
    return tuple(-share for share in shares) if total < 0 else tuple(shares)


def allocate(
    total: Decimal | int, weights: Sequence[Decimal | Fraction | int], *, exponent: int
) -> tuple[Decimal, ...]:
    """Divide `total` into multiples of 10^-exponent that sum to it exactly.

    Raises InexactValue when the total itself is not such a multiple; else as `allocate_integer`.
    """
    units = Fraction(as_decimal(total)) * 10**exponent
    if units.denominator != 1:
        raise InexactValue(f"{total} is not a multiple of 10^-{exponent}; round it first")
    return tuple(_decimal(share, exponent) for share in allocate_integer(int(units), weights))


def allocate_by_key(
    total: Decimal | int, weights: Mapping[Key, Decimal | Fraction | int], *, exponent: int
) -> dict[Key, Decimal]:
    """As `allocate`, by key; ties go to the smaller key, whatever the order of the mapping."""
    keys: list[Any] = sorted(weights)
    shares = allocate(total, [weights[key] for key in keys], exponent=exponent)
    return dict(zip(keys, shares, strict=True))


def _weight(weight: Decimal | Fraction | int) -> Fraction:
    exact = weight if isinstance(weight, Fraction) else Fraction(as_decimal(weight))
    if exact < 0:
        raise InvalidValue(f"a weight cannot be negative: {weight}")
    return exact


def _decimal(units: int, exponent: int) -> Decimal:
    return Decimal((int(units < 0), tuple(int(digit) for digit in str(abs(units))), -exponent))
