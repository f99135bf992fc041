"""On the road: leave, arrive, deliver or not, come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.goods.delivery.choices import VISITED, PlanStatus, StopStatus, TourStatus
from yunhe.goods.delivery.errors import IllegalMove, NotReady
from yunhe.goods.delivery.events import PlanFinished, StopDone, TourDeparted
from yunhe.goods.delivery.locks import lock_plan
from yunhe.goods.delivery.models import DeliveryPlan, Stop, StopShipment, Tour
from yunhe.goods.delivery.permissions import DRIVE
from yunhe.goods.delivery.queries import list_stops, parcels_of
from yunhe.goods.delivery.transitions import MOVES, STOP_MOVES, TOUR_MOVES, Move
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.permissions import RECEIVE, SHIP, SUPPLY
from yunhe.goods.shipping.queries import overtaken
from yunhe.goods.shipping.services import (
    Receipt,
    cancel_shipment,
    receive_shipment,
    ship_shipment,
)
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.events.outbox import emit
from yunhe.trade.orders.permissions import RECEIVE as RECEIVE_ORDERS
from yunhe.trade.orders.permissions import SHIP as SHIP_ORDERS
from yunhe.trade.orders.permissions import SUPPLY as SUPPLY_ORDERS
from yunhe.trade.orders.services import sells

CARRIER = "own"
HANDED_OVER = {False: frozenset({SHIP, SHIP_ORDERS}), True: frozenset({SUPPLY, SUPPLY_ORDERS})}
"""By whether a partner sold the goods: the rights that handing them over asks for."""
RECEIVED = frozenset({RECEIVE, RECEIVE_ORDERS})


def _on_behalf(actor: Principal, rights: frozenset[str]) -> Principal:
    """The driver with the rights that the release of the plan gave for its goods alone: the caller has
    checked DRIVE and that the goods are on the driver's tour."""
    return replace(actor, permissions=actor.permissions | rights)


def depart_tour(tour: Tour, *, actor: Principal, now: datetime) -> Tour:
    """The vehicle leaves: its packed shipments are handed over (stock, credit and invoice follow).

    What was cancelled or went another way meanwhile is left out; a shipment whose order was shipped
    without it is cancelled. Emits TourDeparted. Raises NotAllowed,
    IllegalMove, NotReady with the shipments that are not packed, and what `ship_shipment` raises.
    """
    plan, tour = _lock_tour(tour, actor)
    move = TOUR_MOVES.check(tour.status, "depart", number=tour.vehicle.plate)
    _check_running(plan)
    parcels = parcels_of(tour.stops.values_list("pk", flat=True))
    shipments = [shipment for found in parcels.values() for shipment in found]
    rows = [
        {"shipment": shipment.number, "message": f"{shipment.number}: {_('not packed yet')}"}
        for shipment in shipments
        if shipment.status == ShipmentStatus.PICKING
    ]
    if rows:
        raise NotReady(_("Pack these shipments first."), rows=rows)
    leaving = [each for each in shipments if each.status == ShipmentStatus.PACKED]
    gone = overtaken(leaving)
    for shipment in leaving:
        carrying = _on_behalf(actor, HANDED_OVER[sells(shipment.order, actor)])
        if shipment.pk in gone:
            cancel_shipment(shipment, actor=carrying, now=now)
        else:
            ship_shipment(shipment, carrier=CARRIER, actor=carrying, now=now)
    tour.status, tour.departed_at = move.target, now
    tour.save(update_fields=["status", "departed_at"])
    if plan.status == PlanStatus.RELEASED:
        plan.status = MOVES["depart"].target
        plan.save(update_fields=["status"])
    event = TourDeparted(
        plan_id=plan.pk,
        number=plan.number,
        day=plan.day,
        tour_id=tour.pk,
        plate=tour.vehicle.plate,
        shipments=len(leaving) - len(gone),
    )
    emit(event, node_id=plan.node_id, subject=plan.number)
    return tour


def _lock_tour(tour: Tour, actor: Principal) -> tuple[DeliveryPlan, Tour]:
    plan = lock_plan(tour.plan_id)
    found = plan.tours.select_related("vehicle", "driver").get(pk=tour.pk)
    actor.check(DRIVE, path=plan.node.path)
    return plan, found


def _check_running(plan: DeliveryPlan) -> None:
    if plan.status not in (PlanStatus.RELEASED, PlanStatus.UNDER_WAY):
        raise IllegalMove(_("The plan is not released."))


def _lock_stop(stop: Stop, action: str, actor: Principal) -> tuple[DeliveryPlan, Stop, Move]:
    """The stop under its plan's lock, on a tour that is under way."""
    plan = lock_plan(stop.plan_id)
    actor.check(DRIVE, path=plan.node.path)
    found = list_stops().filter(plan=plan, pk=stop.pk).select_related("tour__vehicle").first()
    if found is None or found.tour is None:
        raise NotFound()
    move = STOP_MOVES.check(found.status, action, number=found.partner_label)
    if found.tour.status != TourStatus.UNDER_WAY:
        raise IllegalMove(_("The vehicle has not left yet, or is back."))
    return plan, found, move


def arrive_stop(stop: Stop, *, actor: Principal, now: datetime) -> Stop:
    """The vehicle is at the receiver's. Raises NotAllowed, IllegalMove."""
    _plan, stop, move = _lock_stop(stop, "arrive", actor)
    stop.status, stop.arrived_at = move.target, now
    stop.save(update_fields=["status", "arrived_at"])
    return stop


def deliver_stop(stop: Stop, *, actor: Principal, now: datetime) -> Stop:
    """The stop is done: every shipment of it was received. Emits StopDone.

    Raises NotAllowed, IllegalMove, NotReady while a shipment is not received.
    """
    plan, stop, move = _lock_stop(stop, "deliver", actor)
    waiting = _unreceived(stop)
    if waiting:
        rows = [{"shipment": s.number, "message": s.number} for s in waiting]
        raise NotReady(_("Receive these shipments by scan first."), rows=rows)
    return _done(plan, stop, move, now=now)


def receive_at_stop(
    stop: Stop, shipment: Shipment, receipt: Receipt, *, actor: Principal, now: datetime
) -> Stop:
    """The receiver takes a shipment at the door; with the last one the stop is delivered.

    Raises NotAllowed, IllegalMove, NotFound for a shipment of another stop, and what
    `receive_shipment` raises.
    """
    plan, stop, move = _lock_stop(stop, "deliver", actor)
    if not stop.parcels.filter(shipment=shipment, live=True).exists():
        raise NotFound()
    receiving = _on_behalf(actor, RECEIVED)
    receive_shipment(shipment, receipt, at_door=True, actor=receiving, now=now)
    return stop if _unreceived(stop) else _done(plan, stop, move, now=now)


def _unreceived(stop: Stop) -> list[Shipment]:
    found = parcels_of([stop.pk]).get(stop.pk, [])
    return [shipment for shipment in found if shipment.status == ShipmentStatus.SHIPPED]


def fail_stop(stop: Stop, *, remark: str, actor: Principal, now: datetime) -> Stop:
    """Nobody took the goods; they stay on their way and can be received later. Emits StopDone.

    Raises NotAllowed, IllegalMove, DomainError without a remark.
    """
    if not remark.strip():
        message = _("Say why, so that the planner can act.")
        raise DomainError(message, code="delivery.remark", field="remark")
    plan, stop, move = _lock_stop(stop, "fail", actor)
    stop.remark = remark.strip()
    return _done(plan, stop, move, now=now)


def _done(plan: DeliveryPlan, stop: Stop, move: Move, *, now: datetime) -> Stop:
    stop.status, stop.done_at = move.target, now
    stop.arrived_at = stop.arrived_at or now
    stop.save(update_fields=["status", "done_at", "arrived_at", "remark"])
    StopShipment.objects.filter(stop=stop).update(live=False)
    event = StopDone(
        plan_id=plan.pk,
        number=plan.number,
        day=plan.day,
        stop_id=stop.pk,
        node_id=stop.node_id,
        delivered=stop.status == StopStatus.DELIVERED,
        planned_at=stop.arrives_at,
        done_at=now,
    )
    emit(event, node_id=stop.node_id, subject=plan.number)
    return stop


def note_receipt(shipment_id: int, *, actor: Principal, now: datetime) -> Stop | None:
    """A shipment was received, wherever that was entered: its stop is delivered once all are. For the
    listener; None when there is nothing to do."""
    row = StopShipment.objects.filter(shipment_id=shipment_id, live=True)
    found = row.select_related("stop__tour").first()
    if found is None or found.stop.tour is None or found.stop.status in VISITED:
        return None
    if found.stop.tour.status != TourStatus.UNDER_WAY or _unreceived(found.stop):
        return None
    return deliver_stop(found.stop, actor=actor, now=now)


def finish_tour(tour: Tour, *, actor: Principal, now: datetime) -> Tour:
    """The vehicle is back; with the last one the plan is done. Emits PlanFinished then.

    Raises NotAllowed, IllegalMove, NotReady while a stop is open.
    """
    plan, tour = _lock_tour(tour, actor)
    move = TOUR_MOVES.check(tour.status, "finish", number=tour.vehicle.plate)
    open_stops = list_stops().filter(tour=tour).exclude(status__in=VISITED)
    rows = [{"stop": stop.pk, "message": stop.partner_label} for stop in open_stops]
    if rows:
        raise NotReady(_("These stops are still open."), rows=rows)
    tour.status, tour.returned_at, tour.live = move.target, now, False
    tour.save(update_fields=["status", "returned_at", "live"])
    out = plan.tours.filter(starts_at__isnull=False).exclude(status=TourStatus.DONE)
    if not out.exists():
        _finish(plan, now=now)
    return tour


def _finish(plan: DeliveryPlan, *, now: datetime) -> None:
    plan.status, plan.finished_at = MOVES["finish"].target, now
    plan.save(update_fields=["status", "finished_at"])
    stops = plan.stops.filter(tour__isnull=False)
    event = PlanFinished(
        plan_id=plan.pk,
        number=plan.number,
        day=plan.day,
        delivered=stops.filter(status=StopStatus.DELIVERED).count(),
        failed=stops.filter(status=StopStatus.FAILED).count(),
    )
    emit(event, node_id=plan.node_id, subject=plan.number)
