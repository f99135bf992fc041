"""Tax on what is left of the lines: docs/algorithms/promotions.md, section 3."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from yunhe.platform.values import allocate, exact_sum, round_to_exponent
from yunhe.trade.promotions.compute.basket import Line


def taxes_of(
    lines: Sequence[Line], nets: Sequence[Decimal], *, exponent: int
) -> tuple[Decimal, ...]:
    """Tax of each line: the tax of all lines of a rate, rounded once and divided by their nets."""
    by_rate: dict[Decimal, list[int]] = {}
    for at, line in enumerate(lines):
        by_rate.setdefault(line.tax_rate, []).append(at)
    taxes = [Decimal(0)] * len(lines)
    for rate, places in by_rate.items():
        if not rate:
            continue
        # equal remainders go to the smaller row, whatever the order of the lines
        places.sort(key=lambda at: lines[at].row)
        net = exact_sum(nets[at] for at in places)
        total = round_to_exponent(Fraction(net) * Fraction(rate), exponent)
        shares = allocate(total, [nets[at] for at in places], exponent=exponent)
        for at, share in zip(places, shares, strict=True):
            taxes[at] = share
    return tuple(taxes)
