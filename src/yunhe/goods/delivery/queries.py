"""Reads of delivery planning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cached_property

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from yunhe.goods.delivery.choices import RUNNING_STATUSES, VISITED, PlanStatus, StopStatus
from yunhe.goods.delivery.compute.assignment import compute_runs
from yunhe.goods.delivery.compute.day import (
    Day,
    Drop,
    Load,
    Place,
    Run,
    Truck,
    compute_ways,
    sum_loads,
)
from yunhe.goods.delivery.models import (
    DeliveryPlan,
    Depot,
    Driver,
    PlanChange,
    Stop,
    StopShipment,
    StopSite,
    Tour,
    Vehicle,
)
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Shipment, ShipmentLine
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import PackUnit
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import NodeLabel

WEIGHT, VOLUME = "gross_weight_kg", "volume_l"
"""Attributes of a SKU, per base unit, that loads are computed from; absent counts as nothing."""


def list_depots() -> QuerySet[Depot]:
    return Depot.objects.select_related("node").order_by("name", "pk")


def list_vehicles() -> QuerySet[Vehicle]:
    return Vehicle.objects.select_related("depot", "driver").order_by("plate", "pk")


def list_drivers() -> QuerySet[Driver]:
    return Driver.objects.select_related("node", "user").order_by("name", "pk")


def list_sites() -> QuerySet[StopSite]:
    return StopSite.objects.select_related("node__partner").order_by("node__code")


def list_plans() -> QuerySet[DeliveryPlan]:
    """Plans in scope with depot, counts of stops and their sum of cost, newest first."""
    return (
        DeliveryPlan.objects.select_related("depot", "node")
        .annotate(
            stop_count=Count("stops", distinct=True),
            done_count=Count("stops", filter=Q(stops__status__in=VISITED), distinct=True),
        )
        .order_by("-day", "-id")
    )


def search_plans(text: str) -> QuerySet[DeliveryPlan]:
    """Plans by a part of their number, their depot's name or the plate of a vehicle in them."""
    driven = Tour.objects.filter(vehicle__plate__icontains=text).values("plan_id")
    named = Q(number__icontains=text) | Q(depot__name__icontains=text)
    return list_plans().filter(named | Q(pk__in=driven))


def plan_for(plan_id: int) -> DeliveryPlan:
    """One plan. Raises NotFound out of scope."""
    found = list_plans().filter(pk=plan_id).first()
    if found is None:
        raise NotFound()
    return found


def ready_shipments(depot: Depot) -> QuerySet[Shipment]:
    """What is being picked, is packed or came back undelivered at the depot, and is in no plan, the
    oldest first."""
    planned = StopShipment.objects.filter(live=True).values("shipment_id")
    failed = StopShipment.objects.filter(stop__status=StopStatus.FAILED).values("shipment_id")
    waiting = Q(status__in=(ShipmentStatus.PICKING, ShipmentStatus.PACKED))
    return (
        Shipment.objects.filter(
            waiting | Q(status=ShipmentStatus.SHIPPED, pk__in=failed), supplier_id=depot.node_id
        )
        .exclude(pk__in=planned)
        .select_related("order")
        .annotate(partner_label=NodeLabel("node_id"))
        .order_by("id")
    )


def unpacked_orders(depot: Depot) -> QuerySet[Order]:
    """Confirmed orders to the depot's place of which no shipment is under way, the oldest first."""
    shipped = Shipment.objects.exclude(status=ShipmentStatus.CANCELLED).values("order_id")
    orders = Order.objects.filter(supplier_id=depot.node_id, status=OrderStatus.CONFIRMED)
    return orders.exclude(pk__in=shipped).order_by("pk")


def loads_of(shipment_ids: Iterable[int]) -> dict[int, Load]:
    """Shipment id → cases, grams, millilitres. A SKU without a case counts each base unit as one;
    cases of a shipment are rounded up once. Two statements."""
    lines = list(
        ShipmentLine.objects.filter(shipment_id__in=list(shipment_ids)).values_list(
            "shipment_id", "line__sku_id", "quantity", "line__sku__attributes"
        )
    )
    packs = PackUnit.objects.filter(unit=Unit.CASE, sku_id__in={line[1] for line in lines})
    factors = dict(packs.values_list("sku_id", "factor"))
    sums: dict[int, list[Decimal]] = {}
    for shipment, sku, quantity, attributes in lines:
        found = sums.setdefault(shipment, [Decimal(0)] * 3)
        found[0] += quantity / factors.get(sku, Decimal(1))
        found[1] += quantity * _number(attributes, WEIGHT) * 1000
        found[2] += quantity * _number(attributes, VOLUME) * 1000
    return {
        shipment: (_up(found[0]), _up(found[1]), _up(found[2])) for shipment, found in sums.items()
    }


def _number(attributes: Mapping[str, object], name: str) -> Decimal:
    value = attributes.get(name) or 0
    return Decimal(str(value))


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


# a plan as values


def seconds_of(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def midnight(day: date) -> datetime:
    """The day's beginning in the house's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def moment_of(day: date, seconds: int) -> datetime:
    return midnight(day) + timedelta(seconds=seconds)


def truck_of(tour: Tour) -> Truck:
    """The tour's vehicle as a value."""
    vehicle = tour.vehicle
    litres, kilos = vehicle.capacity_litres, vehicle.capacity_kg
    return Truck(
        key=tour.pk,
        capacity=(
            vehicle.capacity_cases,
            None if kilos is None else kilos * 1000,
            None if litres is None else litres * 1000,
        ),
        earliest=seconds_of(vehicle.works_from),
        latest=seconds_of(vehicle.works_until),
        longest=int(vehicle.longest_hours * 3600) if vehicle.longest_hours else None,
        fixed=vehicle.fixed_cost,
        per_km=vehicle.km_cost,
        per_hour=vehicle.hour_cost,
    )


def drop_of(stop: Stop) -> Drop:
    """The stop as a value."""
    place = None
    if stop.latitude is not None and stop.longitude is not None:
        place = Place(float(stop.latitude), float(stop.longitude))
    return Drop(
        key=stop.pk,
        place=place,
        load=(stop.load_cases, stop.load_grams, stop.load_millilitres),
        earliest=seconds_of(stop.receives_from),
        latest=seconds_of(stop.receives_until),
        service=stop.service_s,
    )


@dataclass(frozen=True)
class PlanState:
    """A plan with its tours and stops in driving order, and what follows from them."""

    plan: DeliveryPlan
    tours: Sequence[Tour]
    stops: Sequence[Stop]

    @cached_property
    def day(self) -> Day:
        depot = self.plan.depot
        place = Place(float(depot.latitude), float(depot.longitude))
        drops = [drop_of(stop) for stop in self.stops]
        ways = compute_ways(place, drops, detour=depot.detour, speed_kmh=depot.speed_kmh)
        return Day(place, [truck_of(tour) for tour in self.tours], drops, ways)

    @cached_property
    def routes(self) -> dict[int, tuple[int, ...]]:
        """Tour id → stop ids."""
        found: dict[int, list[int]] = {tour.pk: [] for tour in self.tours}
        for stop in self.stops:
            if stop.tour_id is not None:
                found[stop.tour_id].append(stop.pk)
        return {key: tuple(stops) for key, stops in found.items()}

    @cached_property
    def runs(self) -> dict[int, Run]:
        return compute_runs(self.day, self.routes)

    @cached_property
    def stop_by_id(self) -> dict[int, Stop]:
        return {stop.pk: stop for stop in self.stops}

    @property
    def unserved(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.tour_id is None]

    @property
    def reasons(self) -> dict[int, str]:
        return {stop.pk: stop.unserved for stop in self.unserved}

    @property
    def used(self) -> list[Tour]:
        """Tours with a stop."""
        return [tour for tour in self.tours if self.routes[tour.pk]]

    @property
    def cost(self) -> Decimal:
        return sum((run.cost for run in self.runs.values()), Decimal(0))

    @property
    def distance(self) -> int:
        return sum(run.distance for run in self.runs.values())

    @property
    def violation_count(self) -> int:
        return sum(len(run.violations) for run in self.runs.values())

    @property
    def load(self) -> Load:
        """What is on the vehicles."""
        return sum_loads(run.load for run in self.runs.values())


def state_of(plan: DeliveryPlan) -> PlanState:
    """The plan's tours and stops. Two statements."""
    tours = plan.tours.select_related("vehicle", "driver")
    return PlanState(plan, list(tours), list(list_stops().filter(plan=plan)))


def list_stops() -> QuerySet[Stop]:
    """Stops in scope in their order, with the receiver's name.

    No join with the nodes: a dealer may serve a receiver that is not below it.
    """
    labels = {"partner_label": NodeLabel("node_id")}
    return Stop.objects.annotate(**labels).order_by("position", "pk")


def parcels_of(stop_ids: Iterable[int]) -> dict[int, list[Shipment]]:
    """Stop id → its shipments still in the plan. One statement."""
    return _by_stop(StopShipment.objects.filter(stop_id__in=list(stop_ids), live=True))


def carried_by(stop_ids: Iterable[int]) -> dict[int, list[Shipment]]:
    """Stop id → its shipments, of stops that are done too. One statement."""
    return _by_stop(StopShipment.objects.filter(stop_id__in=list(stop_ids)))


def _by_stop(parcels: QuerySet[StopShipment]) -> dict[int, list[Shipment]]:
    rows = parcels.select_related("shipment__order").order_by("shipment_id")
    found: dict[int, list[Shipment]] = {}
    for row in rows:
        found.setdefault(row.stop_id, []).append(row.shipment)
    return found


def changes_of(plan: DeliveryPlan) -> QuerySet[PlanChange]:
    """What was changed, newest first."""
    changes = plan.changes.select_related("stop", "vehicle", "user")
    return changes.annotate(partner_label=NodeLabel("stop__node_id")).order_by("-pk")


def last_change(plan: DeliveryPlan) -> PlanChange | None:
    """The change that an undo would take back."""
    return plan.changes.filter(undone=False).order_by("-pk").first()


# on the road


def list_tours() -> QuerySet[Tour]:
    """Tours of released plans, with their stops in order. Two statements."""
    return (
        Tour.objects.filter(plan__status__in=(*RUNNING_STATUSES, PlanStatus.DONE))
        .filter(starts_at__isnull=False)
        .select_related("plan__depot", "plan__node", "vehicle", "driver")
        .prefetch_related(Prefetch("stops", queryset=list_stops()))
        .order_by("-day", "starts_at", "pk")
    )


def tours_of(actor: Principal) -> QuerySet[Tour]:
    """Tours that the person may drive: of a driver, the own ones; of planners, all in scope."""
    found = list_tours()
    if "driver" in actor.roles and len(actor.roles) == 1:
        return found.filter(driver__user_id=actor.user_id or 0)
    return found


def tour_for(tour_id: int, actor: Principal) -> Tour:
    """One released tour that the person may drive. Raises NotFound."""
    found = tours_of(actor).filter(pk=tour_id).first()
    if found is None:
        raise NotFound()
    return found


def stop_for(stop_id: int, actor: Principal) -> Stop:
    """One stop of a tour that the person may drive. Raises NotFound."""
    found = (
        list_stops()
        .filter(pk=stop_id, tour__in=tours_of(actor).order_by())
        .select_related("plan", "tour__vehicle", "tour__plan")
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def next_stop(tour: Tour) -> Stop | None:
    """The first stop that is not done, of a tour from `list_tours`."""
    return next((stop for stop in tour.stops.all() if stop.status not in VISITED), None)


def sites_of(node_ids: Iterable[int]) -> dict[int, StopSite]:
    """Partner id → its receiving place."""
    return {site.node_id: site for site in StopSite.objects.filter(node_id__in=list(node_ids))}


def expected_of(node_id: int, *, today: date) -> QuerySet[Stop]:
    """Deliveries that a receiver still expects, by planned arrival."""
    return (
        Stop.objects.filter(node_id=node_id, arrives_at__date__gte=today)
        .exclude(status__in=VISITED)
        .order_by("arrives_at")
    )
