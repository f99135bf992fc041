"""Two planners at one plan, a driver who presses twice: each first without the plan's lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_goods import attempt, ensure_entity
from tests.concurrency.test_orders import market, order
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.goods.delivery.models import (
    DeliveryPlan,
    Depot,
    Driver,
    Stop,
    StopShipment,
    StopSite,
    Vehicle,
)
from yunhe.goods.delivery.services import (
    PlanDraft,
    create_plan,
    deliver_stop,
    depart_tour,
    driving,
    move_stop,
    moving,
    planning,
    release_plan,
    releasing,
    save_depot,
    save_driver,
    save_site,
    save_vehicle,
)
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.services import (
    Receipt,
    create_shipment,
    pack_shipment,
    receive_shipment,
)
from yunhe.platform.access.models import Node
from yunhe.platform.events.models import OutboxEvent
from yunhe.trade.orders.models import Order

__all__ = ["market"]
pytestmark = pytest.mark.django_db(transaction=True)
PLACE = {"latitude": Decimal("31.2"), "longitude": Decimal("121.4")}


@dataclass
class Day:
    """A plan with two stops on one vehicle, not released."""

    plan: DeliveryPlan
    stops: list[Stop]


@pytest.fixture
def day(market) -> Day:
    hq, dealers, skus = market
    now, node = timezone.now(), Node.objects.get(pk=hq)
    with transaction.atomic():
        depot = save_depot(Depot(node=node, name="总仓", **PLACE), actor=ACTOR)
        driver = save_driver(Driver(node=node, name="老李"), actor=ACTOR)
        truck = Vehicle(depot=depot, plate="沪A1", capacity_cases=99, driver=driver)
        save_vehicle(truck, actor=ACTOR)
    for dealer in dealers[:2]:
        assert order(dealer, {skus[0]: 2}) == "taken"
        with transaction.atomic():
            save_site(StopSite(node_id=dealer, **PLACE), actor=ACTOR)
            made = create_shipment(Order.objects.get(node_id=dealer), actor=ACTOR, now=now)
            pack_shipment(made, packages=1, actor=ACTOR, now=now)
    with transaction.atomic():
        draft = PlanDraft(depot=depot, day=timezone.localdate(now) + timedelta(days=1))
        plan = create_plan(draft, actor=ACTOR, now=now)
        stops = list(plan.stops.order_by("pk"))
        for stop in stops:
            put(plan, stop, plan.tours.get().pk)
    return Day(plan, stops)


def put(plan: DeliveryPlan, stop: Stop, tour_id: int | None) -> None:
    now = timezone.now()
    move_stop(plan, stop_id=stop.pk, tour_id=tour_id, position=9, actor=ACTOR, now=now)


def read_plan(plan_id: int) -> DeliveryPlan:
    return DeliveryPlan.objects.select_related("depot", "node").get(pk=plan_id)


def release_while_a_stop_is_taken_off(day: Day) -> dict[str, int]:
    acts: list[Callable[[], object]] = [
        lambda: release_plan(day.plan, actor=ACTOR, now=timezone.now()),
        lambda: put(day.plan, day.stops[1], None),
    ]
    return dict(in_threads(2, lambda number: attempt(acts[number]), workers=2))


def test_without_the_lock_a_release_and_a_move_overwrite_each_other(day, monkeypatch) -> None:
    replace_lock(monkeypatch, (releasing, planning), "lock_plan", read_plan)
    meet_after(monkeypatch, (releasing, moving), "state_of")
    assert release_while_a_stop_is_taken_off(day) == {"done": 2}
    day.plan.refresh_from_db()
    off = day.plan.stops.filter(tour=None).count()
    # either the plan is open again although it was released, or the stop is back on the vehicle
    assert (day.plan.status, off) in (("solved", 1), ("released", 0))


def test_a_plan_is_released_before_or_after_a_move_never_in_it(day) -> None:
    results = release_while_a_stop_is_taken_off(day)
    day.plan.refresh_from_db()
    off = day.plan.stops.filter(tour=None).count()
    assert (results, day.plan.status, off) in (
        ({"done": 2}, "released", 1),
        ({"done": 1, "delivery.illegal_move": 1}, "released", 0),
    )
    held = StopShipment.objects.filter(live=True)
    assert held.count() == 2 - off  # what is on no vehicle has left the plan


def two_planners_move(day: Day) -> tuple[dict[str, int], int, int]:
    """What both got, how often the plan says it was changed, and how many stops are off."""

    def move(number: int) -> str:
        return attempt(lambda: put(day.plan, day.stops[number], None))

    results = dict(in_threads(2, move, workers=2))
    day.plan.refresh_from_db()
    return results, day.plan.revision, day.plan.stops.filter(tour=None).count()


def test_without_the_lock_the_later_planner_undoes_the_earlier_one(day, monkeypatch) -> None:
    replace_lock(monkeypatch, (planning,), "lock_plan", read_plan)
    meet_after(monkeypatch, (moving,), "state_of")
    assert two_planners_move(day) == ({"done": 2}, 3, 1)


def test_two_planners_move_and_both_moves_hold(day) -> None:
    assert two_planners_move(day) == ({"done": 2}, 4, 2)


def on_the_road(day: Day) -> Stop:
    """The vehicle has left, and the first stop's goods were received at the desk."""
    now = timezone.now()
    ensure_entity()
    with transaction.atomic():
        release_plan(day.plan, actor=ACTOR, now=now)
        depart_tour(day.plan.tours.get(), actor=ACTOR, now=now)
    stop = day.stops[0]
    shipment = Shipment.objects.get(node_id=stop.node_id)
    codes = [package.sscc for package in shipment.packages.all()]
    with transaction.atomic():
        receive_shipment(shipment, Receipt(scanned=codes, receiver="王"), actor=ACTOR, now=now)
    return stop


def deliver_twice(stop: Stop) -> tuple[dict[str, int], int]:
    """What the two presses got, and how often the delivery was told."""

    def deliver(_number: int) -> str:
        return attempt(lambda: deliver_stop(stop, actor=ACTOR, now=timezone.now()))

    results = dict(in_threads(2, deliver, workers=2))
    return results, OutboxEvent.objects.filter(type__contains="stop.done").count()


def test_without_the_lock_a_stop_is_delivered_twice(day, monkeypatch) -> None:
    stop = on_the_road(day)
    replace_lock(monkeypatch, (driving,), "lock_plan", read_plan)
    meet_after(monkeypatch, (driving,), "_lock_stop")
    assert deliver_twice(stop) == ({"done": 2}, 2)


def test_a_driver_who_presses_twice_delivers_once(day) -> None:
    stop = on_the_road(day)
    assert deliver_twice(stop) == ({"done": 1, "delivery.illegal_move": 1}, 1)
