"""Published routing instances: CVRPLIB (TSPLIB keywords) and Solomon's tables, read strictly."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yunhe.goods.delivery.compute.problem import Fleet, Matrix, Problem, Visit
from yunhe.goods.delivery.compute.tsplib import DISTANCES, SHAPES, Point

SCALE = 1000  # Solomon's distances are real numbers; the solver counts thousandths


class BadInstance(ValueError):
    """The file is not an instance this reader knows; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem with its name; costs of the file are the problem's costs divided by `scale`."""

    name: str
    problem: Problem
    scale: int
    exact: tuple[tuple[float, ...], ...] | None = None

    def cost_of(self, routes: Sequence[Sequence[int]]) -> int | float:
        """Length of routes of visits (numbered from 0) in the file's own arithmetic."""
        matrix: Sequence[Sequence[float]] = self.exact or self.problem.distances
        total: float = 0
        for route in routes:
            stops = [0, *(visit + 1 for visit in route), 0]
            total += sum(matrix[a][b] for a, b in pairwise(stops))
        return round(total, 6) if self.exact else int(total)


def read_instance(text: str, *, name: str) -> Instance:
    """Read an instance from the content of a file; `name` serves when it names none.

    Raises BadInstance.
    """
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith("{"):
        return _read_json(stripped, name)
    if re.search(r"^\s*VEHICLE\s*$", text, re.MULTILINE):
        return _read_solomon(text, name)
    if re.search(r"^\s*DIMENSION\s*:", text, re.MULTILINE):
        return _read_cvrplib(text, name)
    raise BadInstance("neither a CVRPLIB file (DIMENSION : n) nor a Solomon table (VEHICLE)")


# CVRPLIB

SECTIONS = (
    "NODE_COORD_SECTION",
    "DEMAND_SECTION",
    "DEPOT_SECTION",
    "EDGE_WEIGHT_SECTION",
    "TIME_WINDOW_SECTION",
    "SERVICE_TIME_SECTION",
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """Keywords and sections of a TSPLIB file; each row with its line number."""

    words: dict[str, str]
    sections: dict[str, list[tuple[int, list[str]]]]


def _split(text: str) -> _Parts:
    words: dict[str, str] = {}
    sections: dict[str, list[tuple[int, list[str]]]] = {}
    current: list[tuple[int, list[str]]] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.strip()
        if content == "EOF":
            break
        if not content:
            continue
        head = content.rstrip(":").strip()
        if head.endswith("_SECTION"):
            if head not in SECTIONS:
                raise BadInstance(f"line {number}: {head} is not supported")
            current = sections.setdefault(head, [])
        elif current is None or re.match(r"[A-Z_]+\s*:", content):
            key, separator, value = content.partition(":")
            if not separator:
                raise BadInstance(f"line {number}: expected KEYWORD : value, got {content[:40]!r}")
            words[key.strip().upper()] = value.strip()
            current = None
        else:
            current.append((number, content.split()))
    return _Parts(words, sections)


def _number(text: str, *, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadInstance(f"line {line}: {text!r} is not a number") from None
    if not math.isfinite(value):
        raise BadInstance(f"line {line}: {text!r} is not a number")
    return value


def _whole(parts: _Parts, word: str, *, least: int) -> int:
    given = parts.words.get(word, "")
    if not re.fullmatch(r"\d+", given) or int(given) < least:
        raise BadInstance(f"{word} must be a whole number of at least {least}, got {given!r}")
    return int(given)


def _column(parts: _Parts, section: str, *, size: int, width: int) -> list[tuple[float, ...]]:
    """The rows of a section by node number 1 … size, each with `width` values."""
    found: dict[int, tuple[float, ...]] = {}
    for line, row in parts.sections.get(section, []):
        if len(row) != width + 1:
            raise BadInstance(f"line {line}: {section} needs {width + 1} values a line")
        node = _number(row[0], line=line)
        if node != int(node) or not 1 <= node <= size or int(node) in found:
            raise BadInstance(f"line {line}: node {row[0]} is unknown or given twice")
        found[int(node)] = tuple(_number(value, line=line) for value in row[1:])
    if len(found) != size:
        raise BadInstance(f"{section} holds {len(found)} of {size} nodes")
    return [found[node] for node in range(1, size + 1)]


def _read_cvrplib(text: str, name: str) -> Instance:
    parts = _split(text)
    kind = parts.words.get("TYPE", "CVRP").split()[0]
    if kind not in {"CVRP", "VRPTW", "CVRPTW"}:
        raise BadInstance(f"TYPE {kind} is not supported; CVRP, VRPTW or CVRPTW is")
    size = _whole(parts, "DIMENSION", least=2)
    capacity = _whole(parts, "CAPACITY", least=1)
    _check_depot(parts)
    matrix = _matrix(parts, size)
    demands = [_demand(row[0]) for row in _column(parts, "DEMAND_SECTION", size=size, width=1)]
    if demands[0] != 0:
        raise BadInstance("the depot (node 1) has a demand")
    windows = _windows(parts, size)
    services = _services(parts, size)
    latest = windows[0][1] if windows else None
    limit = parts.words.get("DISTANCE")
    visits = [
        Visit(
            load=(demands[i],),
            earliest=windows[i][0] if windows else 0,
            latest=windows[i][1] if windows else None,
            service=services[i],
        )
        for i in range(1, size)
    ]
    _check_demands(demands, capacity)
    count = _whole(parts, "VEHICLES", least=1) if "VEHICLES" in parts.words else size - 1
    shift = int(_number(limit, line=0)) if limit else None
    fleet = Fleet(count=count, capacity=(capacity,), latest=latest, longest_shift=shift)
    problem = Problem(visits=visits, fleets=[fleet], distances=matrix, durations=matrix)
    return Instance(name=parts.words.get("NAME") or name, problem=problem, scale=1)


def _check_depot(parts: _Parts) -> None:
    listed = [value for _, row in parts.sections.get("DEPOT_SECTION", []) for value in row]
    if listed not in (["1", "-1"], ["1"]):
        raise BadInstance("DEPOT_SECTION must name node 1 alone and end with -1")


def _demand(value: float) -> int:
    if value < 0 or value != int(value):
        raise BadInstance(f"a demand must be a whole number, got {value:g}")
    return int(value)


def _check_demands(demands: Sequence[int], capacity: int) -> None:
    for node, demand in enumerate(demands, start=1):
        if demand > capacity:
            raise BadInstance(f"node {node} asks {demand}, more than a vehicle's {capacity}")


def _windows(parts: _Parts, size: int) -> list[tuple[int, int]]:
    if "TIME_WINDOW_SECTION" not in parts.sections:
        return []
    rows = _column(parts, "TIME_WINDOW_SECTION", size=size, width=2)
    return [(int(early), int(late)) for early, late in rows]


def _services(parts: _Parts, size: int) -> list[int]:
    if "SERVICE_TIME_SECTION" in parts.sections:
        rows = _column(parts, "SERVICE_TIME_SECTION", size=size, width=1)
        return [int(row[0]) for row in rows]
    everywhere = int(_number(parts.words.get("SERVICE_TIME", "0"), line=0))
    return [0] + [everywhere] * (size - 1)


def _matrix(parts: _Parts, size: int) -> Matrix:
    kind = parts.words.get("EDGE_WEIGHT_TYPE", "")
    if kind in DISTANCES:
        points = [(x, y) for x, y in _column(parts, "NODE_COORD_SECTION", size=size, width=2)]
        between = DISTANCES[kind]
        return [
            [0 if i == j else between(a, b) for j, b in enumerate(points)]
            for i, a in enumerate(points)
        ]
    if kind == "EXPLICIT":
        return _explicit(parts, size)
    known = ", ".join([*DISTANCES, "EXPLICIT"])
    raise BadInstance(f"EDGE_WEIGHT_TYPE {kind!r} is not supported; {known} are")


def _explicit(parts: _Parts, size: int) -> Matrix:
    shape = parts.words.get("EDGE_WEIGHT_FORMAT", "")
    rows = parts.sections.get("EDGE_WEIGHT_SECTION", [])
    values = [_weight(value, line=line) for line, row in rows for value in row]
    cells = SHAPES[shape](size) if shape in SHAPES else []
    if not cells or len(cells) != len(values):
        raise BadInstance(f"EDGE_WEIGHT_FORMAT {shape!r} with {len(values)} values does not fit")
    matrix = [[0] * size for _ in range(size)]
    whole = shape == "FULL_MATRIX"
    for (a, b), value in zip(cells, values, strict=True):
        matrix[a][b] = value
        if not whole:
            matrix[b][a] = value
    return matrix


def _weight(text: str, *, line: int) -> int:
    value = _number(text, line=line)
    if value < 0 or value != int(value):
        raise BadInstance(f"line {line}: a distance must be a whole number, got {text!r}")
    return int(value)


# Solomon


def _read_solomon(text: str, name: str) -> Instance:
    numbers: list[tuple[int, list[float]]] = []
    for line, content in enumerate(text.splitlines(), start=1):
        words = content.split()
        if words and re.fullmatch(r"-?[\d.]+", words[0]):
            numbers.append((line, [_number(word, line=line) for word in words]))
    if not numbers or len(numbers[0][1]) != 2:
        raise BadInstance("the VEHICLE table needs one line: number and capacity")
    for line, row in numbers[1:]:
        if len(row) != 7:
            raise BadInstance(f"line {line}: a customer needs 7 values, this line has {len(row)}")
    title = text.strip().splitlines()[0].strip()
    (count, capacity), rows = numbers[0][1], [row for _, row in numbers[1:]]
    return _timed(title or name, count=int(count), capacity=int(capacity), rows=rows)


def _read_json(text: str, name: str) -> Instance:
    keys = ("id", "x", "y", "demand", "earliest", "latest", "cost")
    try:
        given: dict[str, Any] = json.loads(text)
        rows = [[float(row[key]) for key in keys] for row in given["customers"]]
        count, capacity = int(given["vehicle-nr"]), int(given["capacity"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadInstance(f"not an instance in JSON: {error!r}") from None
    return _timed(str(given.get("instance", name)), count=count, capacity=capacity, rows=rows)


def _timed(name: str, *, count: int, capacity: int, rows: Sequence[Sequence[float]]) -> Instance:
    """Rows of id, x, y, demand, ready, due, service. Durations are rounded up, so that a route
    that the solver calls on time is on time in real numbers too."""
    if len(rows) < 2 or [int(row[0]) for row in rows] != list(range(len(rows))):
        raise BadInstance("customers must be numbered 0, 1, 2, … with the depot as 0")
    demands = [_demand(row[3]) for row in rows]
    _check_demands(demands, capacity)
    points: list[Point] = [(row[1], row[2]) for row in rows]
    exact = tuple(tuple(math.dist(a, b) for b in points) for a in points)
    visits = [
        Visit(
            load=(demands[i],),
            earliest=int(row[4] * SCALE),
            latest=int(row[5] * SCALE),
            service=int(row[6] * SCALE),
        )
        for i, row in enumerate(rows)
        if i
    ]
    fleet = Fleet(count=count, capacity=(capacity,), latest=int(rows[0][5] * SCALE))
    problem = Problem(
        visits=visits,
        fleets=[fleet],
        distances=[[round(length * SCALE) for length in row] for row in exact],
        durations=[[math.ceil(length * SCALE - 1e-6) for length in row] for row in exact],
    )
    return Instance(name=name, problem=problem, scale=SCALE, exact=exact)
