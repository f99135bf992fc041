"""How an order is split among supply places; pure: values in, values out.

Every line is served in whole units of its own (a case is never broken between two places). As much as
possible is served; among splits that serve equally much the cheapest by the rule wins, where a place
costs its distance, rank or lack of stock for every unit, and each place used costs a shipment. With
`fewest` the number of places decides before all else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

EXACT_PLACES, EXACT_WORK = 10, 400_000
SCALE = 1000
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Need:
    """`units` whole units of a line, each of `step` base units."""

    row: int
    sku_id: int
    units: int
    step: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A supply place: its rank in the list, kilometres away, base units left by SKU, what it may not serve."""

    place_id: int
    rank: int = 0
    distance: int = 0
    stock: Mapping[int, Decimal] = field(default_factory=dict)
    refused: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; `fewest` puts the number of places before everything."""

    distance: int = 0
    stock: int = 0
    rank: int = 0
    parcel: int = 0
    fewest: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """So many units of a line from a place."""

    row: int
    place_id: int
    units: int


@dataclass(frozen=True, slots=True)
class Split:
    """`shares` by row; `short` units that no place has; `exact` when no split is better by the rule."""

    shares: Sequence[Share]
    short: Mapping[int, int]
    exact: bool

    @property
    def place_ids(self) -> list[int]:
        return list(dict.fromkeys(share.place_id for share in self.shares))


Score = tuple[Decimal, int, int]


def compute_split(needs: Sequence[Need], places: Sequence[Place], weights: Weights) -> Split:
    """Serve as much as possible, as cheaply as the weights say.

    The optimum over every set of places is found when at most EXACT_PLACES places (and EXACT_WORK
    steps) are concerned and the lines of a SKU have the same unit; otherwise places are added one by
    one, each time the best. Without a cost of shipments every place may be used and the split is exact
    at once.
    """
    costs = _costs(needs, places, weights)
    useful = [place for place in places if _useful(place, needs)]
    same_unit = len({(n.sku_id, n.step) for n in needs}) == len({n.sku_id for n in needs})
    if not (weights.fewest or weights.parcel):
        shares, short = _fill(needs, useful, costs)
        return Split(shares, short, same_unit)
    small = len(useful) <= EXACT_PLACES and len(needs) * 2 ** len(useful) <= EXACT_WORK
    chosen = _best_set if small else _grown_set
    shares, short = _fill(needs, chosen(needs, useful, costs, weights), costs)
    return Split(shares, short, small and same_unit)


def _useful(place: Place, needs: Sequence[Need]) -> bool:
    return any(_fits(place, need) for need in needs)


def _fits(place: Place, need: Need) -> bool:
    return need.sku_id not in place.refused and place.stock.get(need.sku_id, ZERO) >= need.step


Costs = Mapping[int, Mapping[int, int]]


def _costs(needs: Sequence[Need], places: Sequence[Place], weights: Weights) -> Costs:
    """Place -> row -> what one unit from there costs, 0 … SCALE for each weight."""
    far = max((place.distance for place in places), default=0) or 1
    last = max((place.rank for place in places), default=0) or 1
    most = {
        need.sku_id: max((p.stock.get(need.sku_id, ZERO) for p in places), default=ZERO)
        or Decimal(1)
        for need in needs
    }
    # the order of "nearest" and "fewest" among equals is by distance
    distance = weights.distance or int(weights.fewest)
    found: dict[int, dict[int, int]] = {}
    for place in places:
        fixed = distance * (SCALE * place.distance // far) + weights.rank * (
            SCALE * place.rank // last
        )
        found[place.place_id] = {
            need.row: fixed
            + weights.stock
            * (SCALE - int(SCALE * place.stock.get(need.sku_id, ZERO) / most[need.sku_id]))
            for need in needs
        }
    return found


def _fill(
    needs: Sequence[Need], places: Sequence[Place], costs: Costs
) -> tuple[list[Share], dict[int, int]]:
    """Take every line from the cheapest of these places; lines in large units first, they fit worse."""
    left = {place.place_id: dict(place.stock) for place in places}
    shares: list[Share] = []
    short: dict[int, int] = {}
    for need in sorted(needs, key=lambda need: (-need.step, need.row)):
        rest = need.units
        ranked = sorted(
            (place for place in places if need.sku_id not in place.refused),
            key=lambda place: (costs[place.place_id][need.row], place.rank, place.place_id),
        )
        for place in ranked:
            stock = left[place.place_id].get(need.sku_id, ZERO)
            units = min(rest, int(stock // need.step))
            if units <= 0:
                continue
            left[place.place_id][need.sku_id] = stock - units * need.step
            shares.append(Share(need.row, place.place_id, units))
            rest -= units
            if not rest:
                break
        if rest:
            short[need.row] = rest
    shares.sort(key=lambda share: share.row)
    return shares, short


def _best_set(
    needs: Sequence[Need], places: Sequence[Place], costs: Costs, weights: Weights
) -> Sequence[Place]:
    """Of every set of places the best; with `fewest` the search ends with the first size that serves all."""
    best: tuple[Score, Sequence[Place]] | None = None
    _shares, least = _fill(needs, places, costs)
    floor = _missing(needs, least)
    for size in range(len(places) + 1):
        for chosen in combinations(places, size):
            found = _score_of(needs, chosen, places, costs, weights)
            if best is None or found < best[0]:
                best = (found, chosen)
        if weights.fewest and best is not None and best[0][0] == floor:
            break
    return best[1] if best else ()


def _grown_set(
    needs: Sequence[Need], places: Sequence[Place], costs: Costs, weights: Weights
) -> Sequence[Place]:
    """Add the place that improves most until none does."""
    chosen: tuple[Place, ...] = ()
    current = _score_of(needs, chosen, places, costs, weights)
    while True:
        further = [
            (_score_of(needs, (*chosen, place), places, costs, weights), at, place)
            for at, place in enumerate(places)
            if place not in chosen
        ]
        if not further or min(further)[0] >= current:
            return chosen
        current, _at, place = min(further)
        chosen = (*chosen, place)


def _score_of(
    needs: Sequence[Need],
    chosen: Sequence[Place],
    places: Sequence[Place],
    costs: Costs,
    weights: Weights,
) -> Score:
    shares, short = _fill(needs, chosen, costs)
    total = sum(need.units for need in needs)
    number = len({share.place_id for share in shares})
    way = sum(costs[share.place_id][share.row] * share.units for share in shares)
    missing = _missing(needs, short)
    if weights.fewest:
        return missing, number, way
    # a further shipment costs its weight for every unit, shared among the places
    return missing, way * max(len(places), 1) + weights.parcel * SCALE * total * number, number


def _missing(needs: Sequence[Need], short: Mapping[int, int]) -> Decimal:
    return sum((need.step * short.get(need.row, 0) for need in needs), ZERO)
