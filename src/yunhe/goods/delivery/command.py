"""`yunhe routes solve FILE`: solve a published routing instance; no Django, no database."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from yunhe.goods.delivery.compute.instances import BadInstance, Instance, read_instance
from yunhe.goods.delivery.compute.published import cost_of_published, read_published
from yunhe.goods.delivery.compute.solver import solve_problem

SOLUTIONS = (".sol", ".txt", ".json")


@dataclass(frozen=True, slots=True)
class RoutesReport:
    """Customers in `routes` carry the numbers of the `.sol` files: 1 is the first after the depot.

    `gap` is (cost - best_known) / best_known; both are None when no solution lies beside the file.
    """

    instance: str
    cost: int | float
    vehicles: int
    seconds: float
    iterations: int
    feasible: bool
    routes: list[list[int]]
    best_known: int | float | None = None
    gap: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        lines = [
            f"Route #{number}: {' '.join(map(str, route))}"
            for number, route in enumerate(self.routes, start=1)
        ]
        lines.append(f"Cost {self.cost}")
        if self.gap is not None:
            lines.append(f"Best known {self.best_known} (gap {self.gap:.2%})")
        return "\n".join(lines)


def solve_file(
    path: Path,
    *,
    seconds: float,
    seed: int = 0,
    best: Path | None = None,
    processor_time: bool = False,
    fewest_vehicles: bool = False,
) -> RoutesReport:
    """Read, solve within `seconds`, compare with `best` or the solution that lies beside the file.

    Raises BadInstance for a file it cannot read, for an instance without any feasible routes
    within the time, and for a solution that contradicts the instance.
    """
    started = time.perf_counter()
    instance = read_instance(_text(path), name=path.stem)
    best_known = _best_known(instance, path, best)
    solved = solve_problem(
        instance.problem,
        seconds=seconds,
        seed=seed,
        processor_time=processor_time,
        fewest_vehicles=fewest_vehicles,
    )
    if not solved.feasible:
        raise BadInstance(f"no feasible routes found within {seconds:g} s")
    routes = [route.visits for route in solved.routes]
    cost = instance.cost_of(routes)
    return RoutesReport(
        instance=instance.name,
        cost=cost,
        vehicles=len(routes),
        seconds=round(time.perf_counter() - started, 2),
        iterations=solved.iterations,
        feasible=True,
        routes=[[visit + 1 for visit in route] for route in routes],
        best_known=best_known,
        gap=None if best_known is None else round((cost - best_known) / best_known, 6),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInstance("not a text file") from None


def _best_known(instance: Instance, path: Path, given: Path | None) -> int | float | None:
    """The cost of the given solution, else the lowest of those beside the file: NAME.sol or, in
    Solomon's collections, any file whose name begins with the instance's and that fits it."""
    if given is not None:
        return cost_of_published(instance, read_published(_text(given)))
    costs = []
    for other in sorted(path.parent.glob(f"{path.stem}*")):
        if other == path or other.suffix not in SOLUTIONS:
            continue
        if other.stem != path.stem and not other.stem.startswith(f"{path.stem}_"):
            continue
        try:
            costs.append(cost_of_published(instance, read_published(_text(other))))
        except BadInstance:
            if other.suffix == ".sol":
                raise
    return min(costs, default=None)
