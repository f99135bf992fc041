"""A delivery day as values: places, trucks, drops, the ways between them, and one truck's run.

Times are seconds since the day's midnight, ways are metres and seconds, loads are whole numbers per
dimension (`DIMENSIONS`). Money is Decimal; a run's cost is rounded once, to the cent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

DIMENSIONS = ("cases", "grams", "millilitres")
EARTH_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""
CENT = Decimal("0.01")

Load = tuple[int, int, int]
ViolationKind = Literal["overload", "late", "overtime", "too_long"]
NOTHING: Load = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """WGS 84, degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Truck:
    """`capacity` per dimension, None without limit; may leave from `earliest`, must be back by
    `latest`, and is out for at most `longest` seconds."""

    key: int
    capacity: tuple[int | None, int | None, int | None]
    earliest: int
    latest: int
    longest: int | None = None
    fixed: Decimal = Decimal(0)
    per_km: Decimal = Decimal(0)
    per_hour: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Drop:
    """Goods for one receiver, who takes them between `earliest` and `latest` (begin of unloading)."""

    key: int
    place: Place | None
    load: Load
    earliest: int
    latest: int
    service: int


@dataclass(frozen=True)
class Ways:
    """Matrices over the depot (0) and the drops that have a place, `index` by drop key."""

    index: Mapping[int, int]
    metres: Sequence[Sequence[int]]
    seconds: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Day:
    """One depot's day."""

    depot: Place
    trucks: Sequence[Truck]
    drops: Sequence[Drop]
    ways: Ways

    def drop(self, key: int) -> Drop:
        return self._drops[key]

    @property
    def _drops(self) -> dict[int, Drop]:
        return {drop.key: drop for drop in self.drops}


@dataclass(frozen=True, slots=True)
class Call:
    """A truck at a drop: arrival, begin and end of unloading."""

    key: int
    arrive: int
    begin: int
    leave: int

    @property
    def wait(self) -> int:
        return self.begin - self.arrive


@dataclass(frozen=True, slots=True)
class Violation:
    """`amount` over the limit: seconds, or units of `dimension`; `key` names the drop, if one."""

    kind: ViolationKind
    amount: int
    key: int | None = None
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a truck does: it leaves at `start`, is back at `end`, in `distance` metres."""

    start: int = 0
    end: int = 0
    distance: int = 0
    load: Load = NOTHING
    cost: Decimal = Decimal(0)
    calls: tuple[Call, ...] = ()
    violations: tuple[Violation, ...] = field(default=())

    @property
    def duration(self) -> int:
        return self.end - self.start


def compute_distance(a: Place, b: Place) -> float:
    """Great-circle distance in metres (haversine)."""
    la, lb = math.radians(a.latitude), math.radians(b.latitude)
    dy, dx = lb - la, math.radians(b.longitude - a.longitude)
    chord = math.sin(dy / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(dx / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def compute_offset(origin: Place, place: Place) -> tuple[float, float]:
    """Kilometres east and north of the origin, for drawing."""
    north = math.radians(place.latitude - origin.latitude) * EARTH_M / 1000
    turn = math.radians(place.longitude - origin.longitude) * math.cos(
        math.radians(origin.latitude)
    )
    return round(turn * EARTH_M / 1000, 3), round(north, 3)


def compute_ways(depot: Place, drops: Sequence[Drop], *, detour: Decimal, speed_kmh: int) -> Ways:
    """Estimated roads: great-circle distance × `detour`, driven at `speed_kmh`; seconds are rounded
    up, so that no plan counts on less time than the estimate."""
    placed = [(drop.key, drop.place) for drop in drops if drop.place is not None]
    places = [depot, *(place for _key, place in placed)]
    factor = float(detour)
    metres = [[round(compute_distance(a, b) * factor) for b in places] for a in places]
    seconds = [[math.ceil(length * 3.6 / speed_kmh) for length in row] for row in metres]
    index = {key: at for at, (key, _place) in enumerate(placed, start=1)}
    return Ways(index=index, metres=metres, seconds=seconds)


def compute_run(truck: Truck, drops: Sequence[Drop], ways: Ways) -> Run:
    """The truck's run over the drops in this order, with everything that is wrong with it.

    It leaves as late as it can without coming back later (forward time slack: Savelsbergh 1992), so
    that the paid time holds no needless waiting.
    """
    if not drops:
        return Run()
    start, calls, end = _drive(truck.earliest, drops, ways)
    slack, waited = None, 0
    for drop, call in zip(drops, calls, strict=True):
        waited += call.wait
        room = waited + drop.latest - call.begin
        slack = room if slack is None else min(slack, room)
    later = max(0, min(slack or 0, waited))
    if later:
        start, calls, end = _drive(truck.earliest + later, drops, ways)
    stops = [0, *(ways.index[drop.key] for drop in drops), 0]
    distance = sum(ways.metres[a][b] for a, b in pairwise(stops))
    load = sum_loads(drop.load for drop in drops)
    exact = compute_exact_cost(truck, distance=distance, duration=end - start)
    return Run(
        start=start,
        end=end,
        distance=distance,
        load=load,
        cost=exact.quantize(CENT, rounding=ROUND_HALF_UP),
        calls=calls,
        violations=_violations(truck, drops, calls, load=load, start=start, end=end),
    )


def sum_loads(loads: object) -> Load:
    """Loads added up per dimension."""
    cases = grams = millilitres = 0
    for load in loads:  # type: ignore[attr-defined]
        cases, grams, millilitres = cases + load[0], grams + load[1], millilitres + load[2]
    return cases, grams, millilitres


def compute_exact_cost(truck: Truck, *, distance: int, duration: int) -> Decimal:
    """Fixed + per kilometre + per hour, not yet rounded."""
    way = truck.per_km * distance / 1000
    return truck.fixed + way + truck.per_hour * duration / 3600


def _drive(start: int, drops: Sequence[Drop], ways: Ways) -> tuple[int, tuple[Call, ...], int]:
    calls, at, clock = [], 0, start
    for drop in drops:
        there = ways.index[drop.key]
        arrive = clock + ways.seconds[at][there]
        begin = max(arrive, drop.earliest)
        clock, at = begin + drop.service, there
        calls.append(Call(drop.key, arrive, begin, clock))
    return start, tuple(calls), clock + ways.seconds[at][0]


def _violations(
    truck: Truck, drops: Sequence[Drop], calls: Sequence[Call], *, load: Load, start: int, end: int
) -> tuple[Violation, ...]:
    found = [
        Violation("overload", carried - limit, dimension=name)
        for carried, limit, name in zip(load, truck.capacity, DIMENSIONS, strict=True)
        if limit is not None and carried > limit
    ]
    found += [
        Violation("late", call.begin - drop.latest, key=drop.key)
        for drop, call in zip(drops, calls, strict=True)
        if call.begin > drop.latest
    ]
    if end > truck.latest:
        found.append(Violation("overtime", end - truck.latest))
    if truck.longest is not None and end - start > truck.longest:
        found.append(Violation("too_long", end - start - truck.longest))
    return tuple(found)


def compute_loading(keys: Sequence[int]) -> list[int]:
    """Last in, first out: what is delivered last is loaded first."""
    return list(reversed(keys))


def compute_expected(
    drops: Sequence[Drop], ways: Ways, *, left: int, at: int | None, now: int
) -> dict[int, int]:
    """Drop key → arrival now expected, for the drops still ahead in this order.

    The truck left drop `at` (None: the depot) at `left`. What is overdue is expected from `now` on.
    """
    found, clock, place = {}, left, ways.index[at] if at is not None else 0
    for drop in drops:
        there = ways.index[drop.key]
        arrive = max(clock + ways.seconds[place][there], now)
        found[drop.key] = arrive
        clock, place = max(arrive, drop.earliest) + drop.service, there
    return found
