"""Write routes: who drives where at what time. The plan is locked by the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from yunhe.goods.delivery.models import DeliveryPlan, PlanChange, Stop, Tour
from yunhe.goods.delivery.queries import PlanState, moment_of
from yunhe.platform.access.principal import Principal

STOP_FIELDS = ["tour", "position", "unserved", "arrives_at", "leaves_at"]
TOUR_FIELDS = ["starts_at", "ends_at", "distance_m", "cost"]


def write_routes(
    state: PlanState, routes: Mapping[int, Sequence[int]], reasons: Mapping[int, str]
) -> PlanState:
    """Give every stop its tour, position and times, or its reason; tours their planned figures.

    Returns the new state. Three statements, whatever the number of stops.
    """
    plan = state.plan
    for stop in state.stops:
        stop.tour, stop.tour_id, stop.position = None, None, 0
        stop.arrives_at = stop.leaves_at = None
        stop.unserved = reasons.get(stop.pk, "")
    order: list[Stop] = [stop for stop in state.stops if stop.pk in reasons]
    for tour_id, stops in routes.items():
        for position, stop_id in enumerate(stops, start=1):
            stop = state.stop_by_id[stop_id]
            stop.tour_id, stop.position, stop.unserved = tour_id, position, ""
            order.append(stop)
    new = replace(state, stops=order)
    for tour in new.tours:
        _time(plan, tour, new)
    Stop.objects.bulk_update(order, STOP_FIELDS)
    Tour.objects.bulk_update(new.tours, TOUR_FIELDS)
    plan.revision += 1
    plan.save(update_fields=["revision", "status", "solved_at"])
    return new


def _time(plan: DeliveryPlan, tour: Tour, state: PlanState) -> None:
    run = state.runs[tour.pk]
    tour.distance_m, tour.cost = run.distance, run.cost
    tour.starts_at = moment_of(plan.day, run.start) if run.calls else None
    tour.ends_at = moment_of(plan.day, run.end) if run.calls else None
    for call in run.calls:
        stop = state.stop_by_id[call.key]
        stop.arrives_at = moment_of(plan.day, call.arrive)
        stop.leaves_at = moment_of(plan.day, call.leave)


@dataclass(frozen=True)
class Before:
    """Routes as JSON and their cost, taken before they are overwritten."""

    routes: dict[str, Any]
    cost: Decimal


def remember(state: PlanState) -> Before:
    """What an undo needs of a state that is about to change."""
    routes = {
        "routes": {str(key): list(stops) for key, stops in state.routes.items()},
        "reasons": {str(key): reason for key, reason in state.reasons.items()},
    }
    return Before(routes, state.cost)


def record_change(
    before: Before,
    after: PlanState,
    *,
    what: str,
    actor: Principal,
    now: datetime,
    stop: Stop | None = None,
    tour: Tour | None = None,
) -> PlanChange:
    """Keep how the routes were, and what the change cost."""
    return PlanChange.objects.create(
        plan=after.plan,
        node_id=after.plan.node_id,
        what=what,
        stop=stop,
        vehicle_id=tour.vehicle_id if tour else None,
        before=before.routes,
        cost_before=before.cost,
        cost_after=after.cost,
        violations=after.violation_count,
        at=now,
        user_id=actor.user_id,
    )
