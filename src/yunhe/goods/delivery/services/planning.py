"""Begin a delivery plan: which shipments, which vehicles, who drives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.delivery.choices import OPEN_STATUSES, PlanStatus, TourStatus, Unserved
from yunhe.goods.delivery.compute.day import sum_loads
from yunhe.goods.delivery.errors import IllegalMove, NotReady
from yunhe.goods.delivery.locks import lock_plan
from yunhe.goods.delivery.models import (
    DeliveryPlan,
    Depot,
    Driver,
    Stop,
    StopShipment,
    StopSite,
    Tour,
    Vehicle,
)
from yunhe.goods.delivery.permissions import PLAN
from yunhe.goods.delivery.queries import loads_of, ready_shipments, sites_of, state_of
from yunhe.goods.delivery.services.writing import write_routes
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Shipment
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError

DAY_ENDS = time(23, 59)


@dataclass(frozen=True, kw_only=True)
class PlanDraft:
    """What a plan is made of; None takes everything: shipments that are ready and due by the day,
    vehicles in service."""

    depot: Depot
    day: date
    shipments: Sequence[int] | None = None
    vehicles: Sequence[int] | None = None
    note: str = ""


def create_plan(draft: PlanDraft, *, actor: Principal, now: datetime) -> DeliveryPlan:
    """Begin a plan; its stops are on no vehicle yet. Raises NotAllowed, DomainError for a past day,
    NotReady for shipments that are not ready or are in another plan."""
    depot = draft.depot
    actor.check(PLAN, path=depot.node.path)
    if draft.day < timezone.localdate(now):
        raise DomainError(_("This day is over."), code="delivery.day", field="day")
    plan = DeliveryPlan.objects.create(
        number=f"DP{_serial():07d}",
        node_id=depot.node_id,
        depot=depot,
        day=draft.day,
        note=draft.note,
        created_at=now,
        created_by_id=actor.user_id,
    )
    ids = draft.shipments
    if ids is None:
        due = ready_shipments(depot).exclude(order__wanted_on__gt=draft.day)
        ids = list(due.values_list("pk", flat=True))
    _put_shipments(plan, ids)
    vehicles = Vehicle.objects.filter(depot=depot, active=True)
    if draft.vehicles is not None:
        vehicles = vehicles.filter(pk__in=draft.vehicles)
    _put_vehicles(plan, vehicles)
    return plan


def _serial() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('delivery_number')")
        return int(cursor.fetchone()[0])


def _put_shipments(plan: DeliveryPlan, ids: Iterable[int]) -> None:
    """Add shipments: one stop a receiver, with its place, hours and loads as they are now."""
    wanted = set(ids)
    found = list(ready_shipments(plan.depot).filter(pk__in=wanted))
    if len(found) != len(wanted):
        message = _("Some shipments are not ready any more, or are in another plan.")
        raise NotReady(message, field="shipments")
    by_node: dict[int, list[Shipment]] = {}
    for shipment in found:
        by_node.setdefault(shipment.node_id, []).append(shipment)
    stops = dict(Stop.objects.filter(plan=plan, node_id__in=by_node).values_list("node_id", "pk"))
    made = Stop.objects.bulk_create(
        Stop(plan=plan, supplier_id=plan.node_id, node_id=node)
        for node in sorted(by_node)
        if node not in stops
    )
    stops |= {stop.node_id: stop.pk for stop in made}
    StopShipment.objects.bulk_create(
        StopShipment(stop_id=stops[shipment.node_id], shipment=shipment) for shipment in found
    )
    refresh_stops(plan)


def refresh_stops(plan: DeliveryPlan) -> None:
    """Take places, hours and loads anew from master data and shipments; what was cancelled goes, and a
    stop without shipments with it. Seven statements."""
    parcels: dict[int, list[int]] = {}
    rows = StopShipment.objects.filter(stop__plan=plan, live=True)
    rows.filter(shipment__status=ShipmentStatus.CANCELLED).delete()
    for stop_id, shipment_id in rows.values_list("stop_id", "shipment_id"):
        parcels.setdefault(stop_id, []).append(shipment_id)
    Stop.objects.filter(plan=plan).exclude(pk__in=parcels).delete()
    stops = list(Stop.objects.filter(plan=plan))
    loads = loads_of(pk for ids in parcels.values() for pk in ids)
    sites = sites_of(stop.node_id for stop in stops)
    for stop in stops:
        load = sum_loads(loads.get(pk, (0, 0, 0)) for pk in parcels[stop.pk])
        stop.load_cases, stop.load_grams, stop.load_millilitres = load
        _place(stop, sites.get(stop.node_id))
    Stop.objects.bulk_update(
        stops,
        [
            "load_cases",
            "load_grams",
            "load_millilitres",
            "latitude",
            "longitude",
            "receives_from",
            "receives_until",
            "service_s",
        ],
    )


def _place(stop: Stop, site: StopSite | None) -> None:
    if site is None:
        stop.latitude = stop.longitude = None
        stop.receives_from, stop.receives_until, stop.service_s = time(), DAY_ENDS, 0
        return
    stop.latitude, stop.longitude = site.latitude, site.longitude
    stop.receives_from, stop.receives_until = site.receives_from, site.receives_until
    stop.service_s = site.unload_minutes * 60 + site.case_seconds * stop.load_cases


def _put_vehicles(plan: DeliveryPlan, vehicles: Iterable[Vehicle]) -> None:
    Tour.objects.bulk_create(
        Tour(
            plan=plan,
            node_id=plan.node_id,
            vehicle=vehicle,
            driver_id=vehicle.driver_id,
            day=plan.day,
        )
        for vehicle in vehicles
    )


def change_plan(
    plan: DeliveryPlan,
    *,
    shipments: Sequence[int],
    vehicles: Sequence[int],
    actor: Principal,
) -> DeliveryPlan:
    """Say anew which shipments and vehicles are in the plan. New stops wait on no vehicle; stops of a
    vehicle that leaves the plan too. Earlier changes cannot be undone any more.

    Raises NotAllowed, IllegalMove once released, NotReady.
    """
    plan = lock_open(plan.pk, actor=actor)
    rows = StopShipment.objects.filter(stop__plan=plan, live=True)
    have = set(rows.values_list("shipment_id", flat=True))
    rows.exclude(shipment_id__in=list(shipments)).delete()
    gone = plan.tours.exclude(vehicle_id__in=list(vehicles))
    Stop.objects.filter(tour__in=gone).update(
        tour=None, position=0, unserved=Unserved.WAITING, arrives_at=None, leaves_at=None
    )
    gone.delete()
    present = set(plan.tours.values_list("vehicle_id", flat=True))
    fresh = Vehicle.objects.filter(depot=plan.depot, active=True, pk__in=list(vehicles))
    _put_vehicles(plan, fresh.exclude(pk__in=present))
    _put_shipments(plan, set(shipments) - have)
    plan.changes.filter(undone=False).update(undone=True)
    state = state_of(plan)
    write_routes(state, state.routes, state.reasons)
    return plan


def lock_open(plan_id: int, *, actor: Principal) -> DeliveryPlan:
    """The plan, locked, while its routes may be changed. Raises NotAllowed, IllegalMove."""
    plan = lock_plan(plan_id)
    actor.check(PLAN, path=plan.node.path)
    if plan.status not in OPEN_STATUSES:
        label = PlanStatus(plan.status).label
        raise IllegalMove(_("The plan is “%(status)s”: take it back first.") % {"status": label})
    return plan


def assign_driver(tour: Tour, *, driver: Driver | None, actor: Principal) -> Tour:
    """Who drives; possible until the vehicle leaves. Raises NotAllowed, IllegalMove, DomainError for
    somebody else's driver."""
    plan = lock_plan(tour.plan_id)
    actor.check(PLAN, path=plan.node.path)
    tour.refresh_from_db()
    if tour.status != TourStatus.PLANNED or plan.status == PlanStatus.CANCELLED:
        raise IllegalMove(_("The vehicle has left."))
    if driver is not None and driver.node_id != tour.node_id:
        message = _("This driver works for somebody else.")
        raise DomainError(message, code="delivery.driver", field="driver")
    tour.driver = driver
    tour.save(update_fields=["driver"])
    return tour
