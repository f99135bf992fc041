"""Hand a plan to the drivers, take it back, cancel it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.goods.delivery.errors import NotReady, PlanInvalid
from yunhe.goods.delivery.events import PlanReleased
from yunhe.goods.delivery.locks import lock_plan
from yunhe.goods.delivery.models import DeliveryPlan, Stop, StopShipment, Tour
from yunhe.goods.delivery.queries import PlanState, state_of
from yunhe.goods.delivery.services.planning import refresh_stops
from yunhe.goods.delivery.services.writing import write_routes
from yunhe.goods.delivery.transitions import MOVES
from yunhe.goods.delivery.wording import violation_text
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit


def release_plan(plan: DeliveryPlan, *, actor: Principal, now: datetime) -> DeliveryPlan:
    """Give the tours to their drivers. What is on no vehicle leaves the plan and can be planned again.

    Loads and hours are taken anew first. Emits PlanReleased. Raises NotAllowed, IllegalMove,
    PlanInvalid with every violation, NotReady for an empty plan, a tour without a driver, or a vehicle
    that is out in another plan.
    """
    plan = lock_plan(plan.pk)
    move = MOVES.check(plan.status, "release", number=plan.number)
    actor.check(move.permission, path=plan.node.path)
    refresh_stops(plan)
    state = state_of(plan)
    state = write_routes(state, state.routes, state.reasons)
    _check_valid(state)
    _check_vehicles(state)
    used = [tour.pk for tour in state.used]
    plan.tours.filter(pk__in=used).update(live=True)
    left = Stop.objects.filter(plan=plan, tour__isnull=True)
    StopShipment.objects.filter(stop__in=left).update(live=False)
    plan.status, plan.released_at, plan.released_by_id = move.target, now, actor.user_id
    plan.save(update_fields=["status", "released_at", "released_by"])
    event = PlanReleased(
        plan_id=plan.pk,
        number=plan.number,
        day=plan.day,
        tours=len(used),
        stops=len(state.stops) - len(state.unserved),
        cost=state.cost,
    )
    emit(event, node_id=plan.node_id, subject=plan.number)
    return plan


def _check_valid(state: PlanState) -> None:
    rows = [
        {"tour": tour.pk, "kind": violation.kind, "message": violation_text(violation, tour, state)}
        for tour in state.tours
        for violation in state.runs[tour.pk].violations
    ]
    if rows:
        message = _("The plan breaks limits and cannot be released; move or take off stops first.")
        raise PlanInvalid(message, rows=rows)
    if not state.used:
        raise NotReady(_("No vehicle has a stop: plan the routes first."))


def _check_vehicles(state: PlanState) -> None:
    out = Tour.objects.filter(
        day=state.plan.day, live=True, vehicle_id__in=[tour.vehicle_id for tour in state.used]
    ).exclude(plan=state.plan)
    busy = set(out.values_list("vehicle_id", flat=True))
    rows = [
        {"tour": tour.pk, "message": f"{tour.vehicle.plate}: {_('out in another plan')}"}
        for tour in state.used
        if tour.vehicle_id in busy
    ]
    rows += [
        {"tour": tour.pk, "message": f"{tour.vehicle.plate}: {_('nobody drives it')}"}
        for tour in state.used
        if tour.driver_id is None
    ]
    if rows:
        raise NotReady(_("Some tours cannot go out."), rows=rows)


def withdraw_plan(plan: DeliveryPlan, *, actor: Principal, now: datetime) -> DeliveryPlan:
    """Take a released plan back before anybody has left, to change it. Shipments that left the plan
    with the release, and are still free, come back. Raises NotAllowed, IllegalMove."""
    plan = lock_plan(plan.pk)
    move = MOVES.check(plan.status, "withdraw", number=plan.number)
    actor.check(move.permission, path=plan.node.path)
    plan.tours.update(live=False)
    taken = StopShipment.objects.filter(live=True).values("shipment_id")
    left = StopShipment.objects.filter(stop__plan=plan, live=False)
    left.filter(shipment_id__in=taken).delete()
    left.update(live=True)
    refresh_stops(plan)
    plan.status, plan.released_at, plan.released_by_id = move.target, None, None
    plan.save(update_fields=["status", "released_at", "released_by"])
    return plan


def cancel_plan(plan: DeliveryPlan, *, actor: Principal, now: datetime) -> DeliveryPlan:
    """Give the plan up; its shipments can be planned again. Raises NotAllowed, IllegalMove."""
    plan = lock_plan(plan.pk)
    move = MOVES.check(plan.status, "cancel", number=plan.number)
    actor.check(move.permission, path=plan.node.path)
    StopShipment.objects.filter(stop__plan=plan).update(live=False)
    plan.tours.update(live=False)
    plan.status, plan.finished_at = move.target, now
    plan.save(update_fields=["status", "finished_at"])
    return plan
