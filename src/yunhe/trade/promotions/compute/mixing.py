"""Mix & match: the dearest units first, cut into sets. Piles of equal units are cut as piles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from yunhe.trade.promotions.compute.rules import MixMatch, MixReward


@dataclass(frozen=True, slots=True)
class Pile:
    """`units` whole units of a SKU that cost `price` each."""

    sku: int
    price: Fraction
    units: int


@dataclass(frozen=True, slots=True)
class Mixed:
    """How many sets there are, what comes off by SKU, and the SKUs in the sets."""

    sets: int
    by_sku: dict[int, Fraction]
    used: tuple[int, ...]


def sets_of(piles: Sequence[Pile], rule: MixMatch) -> Mixed:
    """Cut the units into sets and sum what comes off each; a set is never made dearer."""
    count = sum(pile.units for pile in piles) // rule.size
    if rule.most is not None:
        count = min(count, rule.most)
    off: dict[int, Fraction] = {}
    used: set[int] = set()
    for members, times in _cut(piles, rule.size, count):
        used |= {sku for sku, _, _ in members}
        for sku, part in _off_one(members, rule).items():
            off[sku] = off.get(sku, Fraction(0)) + part * times
    return Mixed(count, {sku: part for sku, part in off.items() if part}, tuple(sorted(used)))


Members = list[tuple[int, Fraction, int]]
"""SKU, price and units in one set, the dearest first."""


def _cut(piles: Sequence[Pile], size: int, count: int) -> Iterator[tuple[Members, int]]:
    """Sets with how often they occur; at most two entries a pile."""
    members: Members = []
    filled = 0
    for pile in sorted(piles, key=lambda pile: (-pile.price, pile.sku)):
        units = pile.units
        while units and count:
            if not filled and units >= size:
                times = min(units // size, count)
                yield [(pile.sku, pile.price, size)], times
                units, count = units - times * size, count - times
                continue
            taken = min(units, size - filled)
            members.append((pile.sku, pile.price, taken))
            units, filled = units - taken, filled + taken
            if filled == size:
                yield members, 1
                members, filled, count = [], 0, count - 1


def _off_one(members: Members, rule: MixMatch) -> dict[int, Fraction]:
    """What comes off one set, by SKU."""
    worth = sum((price * units for _, price, units in members), Fraction(0))
    if rule.reward is MixReward.CHEAPEST:
        return _cheapest(members, int(rule.value))
    if rule.reward is MixReward.PERCENT:
        share = Fraction(rule.value) / 100
    else:
        share = max(1 - Fraction(rule.value) / worth, Fraction(0)) if worth else Fraction(0)
    return {sku: price * units * share for sku, price, units in members}


def _cheapest(members: Members, free: int) -> dict[int, Fraction]:
    off: dict[int, Fraction] = {}
    for sku, price, units in reversed(members):
        taken = min(free, units)
        off[sku] = price * taken
        free -= taken
    return off
