"""Change routes by hand, with the consequences at once, and take changes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.goods.delivery.choices import PlanStatus, Unserved
from yunhe.goods.delivery.compute.assignment import move_drop
from yunhe.goods.delivery.errors import NotReady
from yunhe.goods.delivery.models import DeliveryPlan, Stop, Tour
from yunhe.goods.delivery.queries import PlanState, last_change, state_of
from yunhe.goods.delivery.services.planning import lock_open
from yunhe.goods.delivery.services.writing import record_change, remember, write_routes
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError, NotFound


@dataclass(frozen=True)
class Moved:
    """The routes after a change, and what it did to their cost."""

    state: PlanState
    cost_difference: Decimal


def move_stop(
    plan: DeliveryPlan,
    *,
    stop_id: int,
    tour_id: int | None,
    position: int,
    actor: Principal,
    now: datetime,
) -> Moved:
    """Put a stop on a tour at a position (1 is first, beyond the end is last), or on none.

    A draft is planned with its first stop on a vehicle. The change is kept whatever it breaks:
    `state.runs` say what is late, too heavy or too long, and such a plan is not released. Raises
    NotAllowed, IllegalMove, NotFound for a stop or tour of another plan, NotReady for a receiver
    without coordinates.
    """
    plan = lock_open(plan.pk, actor=actor)
    state = state_of(plan)
    stop, tour = _stop(state, stop_id), _tour(state, tour_id)
    if tour is not None and stop.latitude is None:
        message = _("This receiver has no coordinates: fill in its receiving place first.")
        raise NotReady(message, field="stop")
    before = remember(state)
    if tour is not None and plan.status == PlanStatus.DRAFT:
        plan.status, plan.solved_at = PlanStatus.SOLVED, now
    routes = move_drop(state.routes, stop.pk, truck=tour_id, position=position - 1)
    reasons = {pk: reason for pk, reason in state.reasons.items() if pk != stop.pk}
    if tour is None:
        reasons[stop.pk] = stop.unserved or Unserved.BY_HAND
    after = write_routes(state, routes, reasons)
    record_change(before, after, what="move", actor=actor, now=now, stop=stop, tour=tour)
    return Moved(after, after.cost - before.cost)


def _stop(state: PlanState, stop_id: int) -> Stop:
    if stop_id not in state.stop_by_id:
        raise NotFound(field="stop")
    return state.stop_by_id[stop_id]


def _tour(state: PlanState, tour_id: int | None) -> Tour | None:
    if tour_id is None:
        return None
    found = next((tour for tour in state.tours if tour.pk == tour_id), None)
    if found is None:
        raise NotFound(field="tour")
    return found


def undo_change(plan: DeliveryPlan, *, actor: Principal) -> Moved:
    """Take the last change of the routes back; again, the one before it.

    Raises NotAllowed, IllegalMove, DomainError when there is none.
    """
    plan = lock_open(plan.pk, actor=actor)
    change = last_change(plan)
    if change is None:
        raise DomainError(_("There is nothing to undo."), code="delivery.undo")
    state = state_of(plan)
    cost = state.cost
    routes = {int(key): tuple(stops) for key, stops in change.before["routes"].items()}
    reasons = {int(key): reason for key, reason in change.before["reasons"].items()}
    after = write_routes(state, routes, reasons)
    change.undone = True
    change.save(update_fields=["undone"])
    return Moved(after, after.cost - cost)
