"""A routing problem as values: one depot, visits, vehicles, two whole-number matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop. `load` per dimension; the window and `service` in the unit of the durations.

    A visit with a `prize` may be left out when the fleet cannot serve it; without one it must be
    served.
    """

    load: tuple[int, ...]
    earliest: int = 0
    latest: int | None = None
    service: int = 0
    prize: int | None = None


@dataclass(frozen=True, slots=True)
class Fleet:
    """`count` equal vehicles; None means without limit. Costs are whole numbers per unit."""

    count: int
    capacity: tuple[int, ...]
    earliest: int = 0
    latest: int | None = None
    longest_shift: int | None = None
    longest_way: int | None = None
    fixed_cost: int = 0
    distance_cost: int = 1
    duration_cost: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Row and column 0 of the matrices are the depot, i + 1 is `visits[i]`."""

    visits: Sequence[Visit]
    fleets: Sequence[Fleet]
    distances: Matrix
    durations: Matrix


@dataclass(frozen=True, slots=True)
class Route:
    """A vehicle of `fleets[fleet]` and the visits it serves, in driving order."""

    fleet: int
    visits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """`cost` in the problem's own unit; `left_out` are optional visits that did not fit."""

    cost: int
    routes: tuple[Route, ...]
    left_out: tuple[int, ...]
    feasible: bool
    iterations: int
