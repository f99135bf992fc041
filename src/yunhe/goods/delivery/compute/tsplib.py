"""TSPLIB 95: how two points are apart, and where an explicit matrix has its values.

Reinelt, TSPLIB 95, sections 2.1–2.6. Distances are whole numbers by its rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Point = tuple[float, float]
PI, EARTH_KM = 3.141592, 6378.388
"""TSPLIB's own values: others give other distances."""


def nint(value: float) -> int:
    """The nearest whole number of a value that is not negative; halves go up."""
    return int(value + 0.5)


def _radians(value: float) -> float:
    """Of DDD.MM, degrees and minutes. Degrees are cut, not rounded as the text says: the published
    optima count so."""
    degrees = int(value)
    return PI * (degrees + 5.0 * (value - degrees) / 3.0) / 180.0


def geographical(a: Point, b: Point) -> int:
    """Kilometres between two points given as latitude and longitude (GEO)."""
    (la, ea), (lb, eb) = ((_radians(x), _radians(y)) for x, y in (a, b))
    turn, apart, sum_ = math.cos(ea - eb), math.cos(la - lb), math.cos(la + lb)
    cosine = 0.5 * ((1 + turn) * apart - (1 - turn) * sum_)
    return int(EARTH_KM * math.acos(min(1.0, max(-1.0, cosine))) + 1.0)


def pseudo_euclidean(a: Point, b: Point) -> int:
    """ATT: the root of a tenth of the squared distance, rounded up."""
    exact = math.sqrt(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) / 10)
    near = nint(exact)
    return near + 1 if near < exact else near


DISTANCES: dict[str, Callable[[Point, Point], int]] = {
    "EUC_2D": lambda a, b: nint(math.dist(a, b)),
    "CEIL_2D": lambda a, b: math.ceil(math.dist(a, b)),
    "FLOOR_2D": lambda a, b: math.floor(math.dist(a, b)),
    "MAN_2D": lambda a, b: nint(abs(a[0] - b[0]) + abs(a[1] - b[1])),
    "MAX_2D": lambda a, b: max(nint(abs(a[0] - b[0])), nint(abs(a[1] - b[1]))),
    "GEO": geographical,
    "ATT": pseudo_euclidean,
}
SHAPES: dict[str, Callable[[int], list[tuple[int, int]]]] = {
    "FULL_MATRIX": lambda n: [(a, b) for a in range(n) for b in range(n)],
    "LOWER_ROW": lambda n: [(a, b) for a in range(n) for b in range(a)],
    "LOWER_DIAG_ROW": lambda n: [(a, b) for a in range(n) for b in range(a + 1)],
    "UPPER_ROW": lambda n: [(a, b) for a in range(n) for b in range(a + 1, n)],
    "UPPER_DIAG_ROW": lambda n: [(a, b) for a in range(n) for b in range(a, n)],
    "LOWER_COL": lambda n: [(a, b) for b in range(n) for a in range(b + 1, n)],
    "UPPER_COL": lambda n: [(a, b) for b in range(n) for a in range(b)],
}
"""Where the values of an explicit matrix stand, in their order in the file (TSPLIB 95, 2.4)."""
