"""Solve a routing problem with PyVRP's iterated local search, on one core."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyvrp
from pyvrp import PenaltyParams, SolveParams
from pyvrp.search import PerturbationParams
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
SEARCHES, WORTHWHILE = (25, 12), 4.0
"""Most visits that a search moves at random before it improves again; the searches share the time, when
each gets at least so many seconds."""
TELL_EVERY = 0.5
LEAST_PENALTY = 100_000.0


class ProcessorTime:
    """Stop after `seconds` of this process's own processor time (for busy machines)."""

    def __init__(self, seconds: float) -> None:
        self._until = time.process_time() + seconds

    def __call__(self, best_cost: int) -> bool:
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

    def __call__(self, best_cost: int) -> bool:
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
    `patience` iterations without a better solution a search ends early.

    The time is shared by searches from different random starts, one that disturbs much and one that
    disturbs little: which of the two is better differs by instance (measured over 15 s each, gap to the
    best known: X-n176-k26 1.4 and 0.8 %, X-n153-k22 0.8 and 1.0 %), and the better one counts.
    `fewest_vehicles` spends up to half of the time on removing vehicles first (only with one kind
    of vehicle and without optional visits).
    """
    data = build_data(problem)
    if fewest_vehicles:
        fleet = pyvrp.minimise_fleet(data, _stop(seconds / 2, processor_time), seed=seed)
        data = data.replace(vehicle_types=[fleet])
        seconds /= 2
    searches = SEARCHES if seconds >= len(SEARCHES) * WORTHWHILE else SEARCHES[:1]
    began, found = time.monotonic(), []
    for at, disturbed in enumerate(searches):
        stop = _stop(seconds / len(searches), processor_time)
        if patience is not None:
            stop = MultipleCriteria([stop, NoImprovement(patience)])
        if watch is not None:
            stop = Watched(stop, watch, began=began, seconds=seconds)
        found.append(_run(data, stop, seed=seed + at, disturbed=disturbed))
    best = min(
        found, key=lambda solved: (not solved.feasible, solved.cost + _forgone(data, solved))
    )
    return replace(best, iterations=sum(solved.iterations for solved in found))


def _forgone(data: pyvrp.ProblemData, solved: Solved) -> int:
    """The prizes of the visits left out."""
    return sum(data.client(visit).prize for visit in solved.left_out)


def solve_iterations(problem: Problem, *, iterations: int, seed: int = 0) -> Solved:
    """As `solve_problem`, ended after a fixed number of iterations: repeatable on any machine."""
    return _run(build_data(problem), MaxIterations(iterations), seed=seed)


def _stop(seconds: float, processor_time: bool) -> StoppingCriterion:
    return ProcessorTime(seconds) if processor_time else MaxRuntime(seconds)


def _params(data: pyvrp.ProblemData, disturbed: int) -> SolveParams:
    """PyVRP's own, but penalties may rise to the cost of the dearest detour: its limit of 100,000 is
    meant for small cost units, and below it a solution with money as cost stays infeasible."""
    far = int(data.distance_matrix(0).max())
    slow = int(data.duration_matrix(0).max())
    dearest = max(
        kind.fixed_cost + kind.unit_distance_cost * far + kind.unit_duration_cost * slow
        for kind in data.vehicle_types()
    )
    return SolveParams(
        penalty=PenaltyParams(max_penalty=max(LEAST_PENALTY, 4.0 * dearest)),
        perturbation=PerturbationParams(1, disturbed),
    )


def _run(
    data: pyvrp.ProblemData, stop: StoppingCriterion, *, seed: int, disturbed: int = SEARCHES[0]
) -> Solved:
    result = solve(data, stop, seed=seed, collect_stats=False, params=_params(data, disturbed))
    best = result.best
    served = [
        Route(
            fleet=route.vehicle_type(),
            visits=tuple(a.idx for a in route.schedule() if a.is_client()),
        )
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
    places = range(len(problem.visits) + 1)
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(x=0, y=0) for _ in places],
        clients=[_client(place, visit) for place, visit in enumerate(problem.visits, start=1)],
        depots=[pyvrp.Depot(location=0)],
        vehicle_types=[_vehicle_type(fleet) for fleet in problem.fleets],
        distance_matrices=[_array(problem.distances)],
        duration_matrices=[_array(problem.durations)],
    )


def _array(matrix: Matrix) -> Any:
    return np.asarray(matrix, dtype=np.int64)


def _client(place: int, visit: Visit) -> pyvrp.Client:
    return pyvrp.Client(
        location=place,
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
