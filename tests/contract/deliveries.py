"""Each side's depot with a vehicle and a driver, and a released delivery plan with one stop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from yunhe.goods.delivery.choices import PlanStatus
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

PLACE = {"latitude": Decimal("31.2"), "longitude": Decimal("121.4")}


def plan_deliveries(sides: Iterable[Any], now: datetime) -> None:
    """Write them for every side; the goods are those of the side's shipment."""
    for side in sides:
        _plan(side, now)


def _plan(side: Any, now: datetime) -> None:
    mark, node = side.mark, side.dealer
    depot = Depot.objects.create(node=node, name=f"{mark}仓", address=mark, **PLACE)
    driver = Driver.objects.create(node=node, name=f"{mark}司机", user=side.user)
    vehicle = Vehicle.objects.create(
        node=node, depot=depot, plate=f"P{mark}", capacity_cases=40, driver=driver
    )
    site = StopSite.objects.create(node=side.store, note=mark, **PLACE)
    day = timezone.localdate(now)
    plan = DeliveryPlan.objects.create(
        number=f"DP{mark}",
        node=node,
        depot=depot,
        day=day,
        status=PlanStatus.RELEASED,
        note=mark,
        created_at=now,
        solved_at=now,
        released_at=now,
    )
    tour = Tour.objects.create(
        plan=plan,
        node=node,
        vehicle=vehicle,
        driver=driver,
        day=day,
        live=True,
        starts_at=now,
        ends_at=now + timedelta(hours=2),
        cost=Decimal("77.50"),
    )
    stop = _stop(side, plan, tour, now)
    PlanChange.objects.create(
        plan=plan,
        node=node,
        what="move",
        stop=stop,
        vehicle=vehicle,
        cost_before=Decimal(80),
        cost_after=Decimal("77.50"),
        at=now,
    )
    side.records |= {
        "depot": depot.pk,
        "vehicle": vehicle.pk,
        "driver": driver.pk,
        "site": site.pk,
        "delivery_plan": plan.pk,
        "tour": tour.pk,
        "stop": stop.pk,
    }


def _stop(side: Any, plan: DeliveryPlan, tour: Tour, now: datetime) -> Stop:
    stop = Stop.objects.create(
        plan=plan,
        supplier=side.dealer,
        node=side.store,
        tour=tour,
        position=1,
        unserved="",
        load_cases=1,
        arrives_at=now + timedelta(hours=1),
        leaves_at=now + timedelta(hours=1, minutes=10),
        remark=side.mark,
        **PLACE,
    )
    StopShipment.objects.create(stop=stop, shipment_id=side.records["shipment"])
    return stop
