"""Solve a routing problem with PyVRP's hybrid genetic search, on one core (decision 061)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyvrp
from pyvrp import GeneticAlgorithmParams, PenaltyParams, SolveParams
from pyvrp.search import NeighbourhoodParams
from pyvrp.solve import solve
from pyvrp.stop import (
    MaxIterations,
    MaxRuntime,
    MultipleCriteria,
    NoImprovement,
    StoppingCriterion,
)

from yunhe.goods.delivery.compute.problem import Fleet, Matrix, Problem, Route, Solved, Visit

NEVER = int(np.iinfo(np.int64).max)
Point = tuple[float, float]
TELL_EVERY = 0.5
LEAST_PENALTY = 100_000.0
NEIGHBOURS, REPAIRED = 20, 0.5
"""How many neighbours a visit is moved to, how often an infeasible child is mended: as in Vidal (2022)."""


class ProcessorTime:
    """Stop after `seconds` of this process's own processor time (for busy machines)."""

    def __init__(self, seconds: float) -> None:
        self._until = time.process_time() + seconds

    def __call__(self, best_cost: float) -> bool:
        return time.process_time() > self._until


class Watched:
    """Another criterion, which tells the share of the time that has passed about twice a second.

    What `watch` raises ends the search: that is how a job is cancelled.
    """

    def __init__(
        self,
        stop: StoppingCriterion,
        watch: Callable[[float], None],
        *,
        began: float,
        seconds: float,
    ) -> None:
        self._stop, self._watch = stop, watch
        self._began, self._seconds, self._told = began, seconds, began

    def __call__(self, best_cost: float) -> bool:
        now = time.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            self._watch(min(1.0, (now - self._began) / self._seconds))
        return self._stop(best_cost)


def solve_problem(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 0,
    processor_time: bool = False,
    fewest_vehicles: bool = False,
    watch: Callable[[float], None] | None = None,
    patience: int | None = None,
) -> Solved:
    """The best routes found within `seconds`; `watch` hears how much of them has passed. After
    `patience` iterations without a better solution the search ends early.

    `fewest_vehicles` spends up to half of the time on removing vehicles first (only with one kind
    of vehicle and without optional visits).
    """
    data = build_data(problem)
    if fewest_vehicles:
        fleet = pyvrp.minimise_fleet(data, _stop(seconds / 2, processor_time), seed=seed)
        data = data.replace(vehicle_types=[fleet])
        seconds /= 2
    stop = _stop(seconds, processor_time)
    if patience is not None:
        stop = MultipleCriteria([stop, NoImprovement(patience)])
    if watch is not None:
        stop = Watched(stop, watch, began=time.monotonic(), seconds=seconds)
    return _run(data, stop, seed=seed)


def solve_iterations(problem: Problem, *, iterations: int, seed: int = 0) -> Solved:
    """As `solve_problem`, ended after a fixed number of iterations: repeatable on any machine."""
    return _run(build_data(problem), MaxIterations(iterations), seed=seed)


def _stop(seconds: float, processor_time: bool) -> StoppingCriterion:
    return ProcessorTime(seconds) if processor_time else MaxRuntime(seconds)


def _params(data: pyvrp.ProblemData) -> SolveParams:
    """A narrower search than PyVRP's own, which makes twice the generations in the same time (decision
    061); and penalties may rise to the cost of the dearest detour: its limit of 100,000 is
    meant for small cost units, and below it a solution with money as cost stays infeasible."""
    far = int(data.distance_matrix(0).max())
    slow = int(data.duration_matrix(0).max())
    dearest = max(
        kind.fixed_cost + kind.unit_distance_cost * far + kind.unit_duration_cost * slow
        for kind in data.vehicle_types()
    )
    return SolveParams(
        genetic=GeneticAlgorithmParams(repair_probability=REPAIRED),
        penalty=PenaltyParams(max_penalty=max(LEAST_PENALTY, 4.0 * dearest)),
        neighbourhood=NeighbourhoodParams(num_neighbours=NEIGHBOURS),
    )


def _run(data: pyvrp.ProblemData, stop: StoppingCriterion, *, seed: int) -> Solved:
    result = solve(data, stop, seed=seed, collect_stats=False, params=_params(data))
    best = result.best
    served = [
        Route(fleet=route.vehicle_type(), visits=tuple(place - 1 for place in route.visits()))
        for route in best.routes()
    ]
    visited = {visit for route in served for visit in route.visits}
    feasible = best.is_feasible()
    return Solved(
        cost=int(best.distance_cost() + best.duration_cost() + best.fixed_vehicle_cost()),
        routes=tuple(served),
        left_out=tuple(i for i in range(data.num_clients) if i not in visited),
        feasible=feasible,
        iterations=result.num_iterations,
    )


def build_data(problem: Problem) -> pyvrp.ProblemData:
    """The problem in PyVRP's own types."""
    (x, y), *places = _places(problem.distances)
    return pyvrp.ProblemData(
        clients=[_client(*each) for each in zip(places, problem.visits, strict=True)],
        depots=[pyvrp.Depot(x=x, y=y)],
        vehicle_types=[_vehicle_type(fleet) for fleet in problem.fleets],
        distance_matrices=[_array(problem.distances)],
        duration_matrices=[_array(problem.durations)],
    )


def _array(matrix: Matrix) -> Any:
    return np.asarray(matrix, dtype=np.int64)


def _places(distances: Matrix) -> list[Point]:
    """Points in the plane about as far from each other as the matrix says (classical scaling).

    The search knows from them which routes are neighbours when it crosses two solutions; it costs
    and times by the matrices alone.
    """
    squared = _array(distances).astype(float) ** 2
    squared = (squared + squared.T) / 2
    inner = squared.mean(axis=0) + squared.mean(axis=1)[:, None] - squared.mean() - squared
    values, vectors = np.linalg.eigh(inner / 2)
    points = vectors[:, -2:] * np.sqrt(values[-2:].clip(0))
    return [(float(x), float(y)) for x, y in points]


def _client(place: Point, visit: Visit) -> pyvrp.Client:
    x, y = place
    return pyvrp.Client(
        x=x,
        y=y,
        delivery=list(visit.load),
        service_duration=visit.service,
        tw_early=visit.earliest,
        tw_late=NEVER if visit.latest is None else visit.latest,
        prize=visit.prize or 0,
        required=visit.prize is None,
    )


def _vehicle_type(fleet: Fleet) -> pyvrp.VehicleType:
    return pyvrp.VehicleType(
        num_available=fleet.count,
        capacity=list(fleet.capacity),
        fixed_cost=fleet.fixed_cost,
        tw_early=fleet.earliest,
        tw_late=NEVER if fleet.latest is None else fleet.latest,
        shift_duration=NEVER if fleet.longest_shift is None else fleet.longest_shift,
        max_distance=NEVER if fleet.longest_way is None else fleet.longest_way,
        unit_distance_cost=fleet.distance_cost,
        unit_duration_cost=fleet.duration_cost,
    )
