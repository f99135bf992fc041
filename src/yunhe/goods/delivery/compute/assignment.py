"""From a delivery day to a routing problem and back: who drives where, and why something stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from yunhe.goods.delivery.compute.day import (
    DIMENSIONS,
    Day,
    Drop,
    Run,
    Truck,
    compute_run,
    sum_loads,
)
from yunhe.goods.delivery.compute.problem import Fleet, Problem, Visit

UNIT = 3_600_000
"""Solver costs per yuan: with it a price per kilometre in cents is a whole number per metre (× 3600)
and a price per hour in cents a whole number per second (× 1000)."""
WORTH = 10
"""A drop is worth so many times the dearest trip to it alone: it stays only when nothing fits."""
PATIENCE, LEAST_PATIENCE = 40, 300
"""Search steps a drop without a better solution, after which small days are done early."""
NO_PLACE, WINDOW, FULL = "no_place", "window", "full"


@dataclass(frozen=True)
class Assignment:
    """Truck key → drop keys in driving order; drop key → reason for those that stay."""

    routes: Mapping[int, tuple[int, ...]]
    unserved: Mapping[int, str]
    iterations: int = 0


def compute_assignment(
    day: Day, *, seconds: float, seed: int = 0, watch: Callable[[float], None] | None = None
) -> Assignment:
    """The cheapest routes found within `seconds`; a drop that no truck could serve alone is told its
    reason and left out of the search. `watch` gets the elapsed share now and then."""
    unserved = explain_impossible(day)
    drops = [drop for drop in day.drops if drop.key not in unserved]
    if not drops:
        return Assignment(routes={}, unserved=unserved)
    groups = _groups(day.trucks)
    problem = build_problem(day, drops, [group[0] for group in groups], list(map(len, groups)))
    patience = max(LEAST_PATIENCE, PATIENCE * len(drops))
    # imported here: the solver brings NumPy along, and only planning asks for it
    from yunhe.goods.delivery.compute.solver import solve_problem

    solved = solve_problem(problem, seconds=seconds, seed=seed, watch=watch, patience=patience)
    free = [list(group) for group in groups]
    routes = {
        free[route.fleet].pop(0).key: tuple(drops[visit].key for visit in route.visits)
        for route in solved.routes
    }
    left = {drops[visit].key: FULL for visit in solved.left_out}
    return Assignment(routes=routes, unserved=unserved | left, iterations=solved.iterations)


def _groups(trucks: Sequence[Truck]) -> list[list[Truck]]:
    """Trucks that differ in nothing but their key: one kind for the solver."""
    found: dict[Truck, list[Truck]] = {}
    for truck in trucks:
        found.setdefault(replace(truck, key=0), []).append(truck)
    return list(found.values())


def explain_impossible(day: Day) -> dict[int, str]:
    """Why drops cannot be served by any truck even alone: no place, too big (`too_big_cases` …), or
    the window cannot be met."""
    found = {}
    for drop in day.drops:
        reason = _impossible(drop, day)
        if reason:
            found[drop.key] = reason
    return found


def _impossible(drop: Drop, day: Day) -> str:
    if drop.place is None:
        return NO_PLACE
    runs = [compute_run(truck, [drop], day.ways) for truck in day.trucks]
    if not runs:
        return FULL
    if any(not run.violations for run in runs):
        return ""
    carried = [run for run in runs if all(v.kind != "overload" for v in run.violations)]
    if carried:
        return WINDOW
    over = next(v.dimension for v in runs[-1].violations if v.kind == "overload")
    return f"too_big_{over}"


def build_problem(
    day: Day, drops: Sequence[Drop], kinds: Sequence[Truck], counts: Sequence[int]
) -> Problem:
    """The routing problem of the drops: row 0 of the matrices is the depot."""
    rows = [0, *(day.ways.index[drop.key] for drop in drops)]
    total = sum_loads(drop.load for drop in drops)
    return Problem(
        visits=[
            Visit(
                load=drop.load,
                earliest=drop.earliest,
                latest=drop.latest,
                service=drop.service,
                prize=_prize(drop, day),
            )
            for drop in drops
        ],
        fleets=[
            Fleet(
                count=count,
                capacity=tuple(
                    sure if limit is None else limit
                    for limit, sure in zip(kind.capacity, total, strict=True)
                ),
                earliest=kind.earliest,
                latest=kind.latest,
                longest_shift=kind.longest,
                fixed_cost=_whole(kind.fixed * UNIT),
                distance_cost=_whole(kind.per_km * UNIT / 1000),
                duration_cost=_whole(kind.per_hour * UNIT / 3600),
            )
            for kind, count in zip(kinds, counts, strict=True)
        ],
        distances=[[day.ways.metres[a][b] for b in rows] for a in rows],
        durations=[[day.ways.seconds[a][b] for b in rows] for a in rows],
    )


def _prize(drop: Drop, day: Day) -> int:
    dearest = max(compute_run(truck, [drop], day.ways).cost for truck in day.trucks)
    return _whole((dearest + 1) * UNIT * WORTH)


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value())


def compute_runs(day: Day, routes: Mapping[int, Sequence[int]]) -> dict[int, Run]:
    """Every truck's run, of trucks that stay at home an empty one."""
    drops = {drop.key: drop for drop in day.drops}
    return {
        truck.key: compute_run(truck, [drops[key] for key in routes.get(truck.key, ())], day.ways)
        for truck in day.trucks
    }


def move_drop(
    routes: Mapping[int, Sequence[int]], drop: int, *, truck: int | None, position: int
) -> dict[int, tuple[int, ...]]:
    """The routes with the drop taken out and, unless `truck` is None, put in at `position` (0 is
    first; beyond the end is last)."""
    without = {key: tuple(each for each in stops if each != drop) for key, stops in routes.items()}
    if truck is not None:
        stops = list(without.get(truck, ()))
        stops.insert(max(0, position), drop)
        without[truck] = tuple(stops)
    return without


def share_of_capacity(run: Run, truck: Truck) -> float:
    """How full the truck is in its fullest dimension, 0 to 1 and more; 0 without any limit."""
    shares = [
        carried / limit
        for carried, limit, _name in zip(run.load, truck.capacity, DIMENSIONS, strict=True)
        if limit
    ]
    return max(shares, default=0.0)
