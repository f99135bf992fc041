"""Published solutions: CVRPLIB's `.sol` and the two forms of Solomon's records."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from yunhe.goods.delivery.compute.instances import BadInstance, Instance

Routes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """Routes of visits numbered from 0, and the cost the file states, where it does."""

    routes: Routes
    cost: float | None


def read_published(text: str) -> Published:
    """Read a solution file. Raises BadInstance when it holds no route."""
    if text.lstrip().startswith("{"):
        routes = _json_routes(text)
    else:
        found = re.findall(r"^\s*Route\s*#?\s*\d+\s*:\s*([\d ]*)", text, re.MULTILINE | re.I)
        routes = [[int(stop) for stop in row.split()] for row in found]
    kept = tuple(tuple(stop - 1 for stop in row if stop > 0) for row in routes)
    kept = tuple(row for row in kept if row)
    if not kept:
        raise BadInstance("no line 'Route #1: …' in the solution")
    cost = re.search(r"^\s*Cost\s*:?\s*([\d.]+)", text, re.MULTILINE | re.I)
    return Published(routes=kept, cost=float(cost.group(1)) if cost else None)


def _json_routes(text: str) -> list[list[int]]:
    plain = re.sub(r"(?<=[\[\s,])0+(?=\d)", "", text)  # some collections write 7 as 007
    try:
        return [[int(stop) for stop in row] for row in json.loads(plain)["solution"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInstance(f"not a solution in JSON: {error!r}") from None


def cost_of_published(instance: Instance, published: Published) -> int | float:
    """The length of the published routes on this instance, recomputed.

    Raises BadInstance when they do not serve each customer once, or when the file states another
    cost.
    """
    visits = sorted(visit for route in published.routes for visit in route)
    if visits != list(range(len(instance.problem.visits))):
        raise BadInstance("the solution does not serve every customer exactly once")
    cost = instance.cost_of(published.routes)
    if instance.exact is None and published.cost is not None and cost != published.cost:
        raise BadInstance(f"the solution states cost {published.cost:g}, its routes cost {cost}")
    return cost
