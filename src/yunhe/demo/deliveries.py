"""Loading step of delivery days. Depots, vehicles, receiving places and plans are derived, and so are
coordinates: cities are real, where in them a shop lies is invented."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from yunhe.channel.network.models import Partner
from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.goods.delivery.compute.assignment import compute_assignment
from yunhe.goods.delivery.models import DeliveryPlan, Depot, Driver, StopSite, Vehicle
from yunhe.goods.delivery.services import (
    PlanDraft,
    accept_solution,
    ask_solution,
    create_plan,
    save_depot,
    save_driver,
    save_site,
    save_vehicle,
)
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.services import (
    create_shipment,
    pack_shipment,
)
from yunhe.goods.stock.errors import NoFitLot
from yunhe.platform.access.models import Node
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order

SECONDS = 4
CITIES = {
    "上海": (31.23, 121.47), "南京": (32.06, 118.80), "苏州": (31.30, 120.58),
    "无锡": (31.57, 120.30), "杭州": (30.27, 120.15), "宁波": (29.87, 121.55),
    "合肥": (31.82, 117.23), "芜湖": (31.33, 118.38), "青岛": (36.10, 120.40),
}  # fmt: skip
"""City → latitude, longitude of its middle."""
SPREAD = {"far": 0.06, "near": 0.16}
WINDOWS = ((7, 12), (8, 18), (8, 11), (9, 17), (13, 18), (8, 16))


@dataclass(frozen=True)
class Truck:
    """A vehicle of the demo."""

    plate: str
    cases: int
    kg: int
    hours: tuple[int, int]
    fixed: int
    km: str
    hour: int
    hired: bool = False


TRUNK = (
    Truck("沪A·8Y201", 24, 9000, (5, 21), 300, "3.20", 45),
    Truck("沪A·8Y202", 12, 5000, (5, 21), 220, "2.60", 45),
    Truck("沪B·3F119", 12, 5000, (6, 20), 380, "2.90", 0, hired=True),
)
DRIVERS = ("孟师傅", "赵师傅", "钱师傅")


def load_deliveries(context: Context) -> None:
    """Headquarters' trunk deliveries in East China wait to be planned; they are packed and due."""
    if Depot.objects.exists():
        return
    root = Node.objects.get(parent=None)
    depot = Depot(
        node=root,
        name="嘉定总仓（推算）",
        address="上海市嘉定区",
        latitude=Decimal("31.380000"),
        longitude=Decimal("121.250000"),
        speed_kmh=65,
        detour=Decimal("1.25"),
    )
    save_fleet(depot, TRUNK, context)
    near = Partner.objects.filter(city__in=set(CITIES) - {"青岛"}, node__parent__parent=root)
    receivers = list(near.select_related("node").order_by("node__code"))
    save_sites(receivers, "far", context)
    orders = Order.objects.filter(
        supplier=root, node__in=[r.node_id for r in receivers], status=OrderStatus.CONFIRMED
    )
    _pack(orders.order_by("pk"), context)
    draft = PlanDraft(depot=depot, day=_day(context, 1), note=DERIVED_NOTE)
    plan = create_plan(draft, actor=context.actor, now=timezone.now())
    solve_plan(plan, context)


def _day(context: Context, ahead: int) -> dt.date:
    """A day from today on: plans are for days that are not over."""
    return max(context.today, timezone.localdate()) + dt.timedelta(days=ahead)


def save_fleet(depot: Depot, trucks: Sequence[Truck], context: Context) -> None:
    """A depot with its vehicles and a driver for each."""
    save_depot(depot, actor=context.actor)
    for truck, name in zip(trucks, DRIVERS, strict=True):
        driver = save_driver(Driver(node=depot.node, name=name, phone=""), actor=context.actor)
        vehicle = Vehicle(
            depot=depot,
            plate=truck.plate,
            ownership="hired" if truck.hired else "own",
            capacity_cases=truck.cases,
            capacity_kg=truck.kg,
            works_from=dt.time(truck.hours[0]),
            works_until=dt.time(truck.hours[1]),
            fixed_cost=Decimal(truck.fixed),
            km_cost=Decimal(truck.km),
            hour_cost=Decimal(truck.hour),
            driver=driver,
        )
        save_vehicle(vehicle, actor=context.actor)


def save_sites(partners: Iterable[Partner], spread: str, context: Context) -> None:
    """A place within the partner's city, steady by its code, and one of a few receiving hours."""
    for partner in partners:
        latitude, longitude = CITIES[partner.city]
        seed = zlib.crc32(partner.node.code.encode())
        north, east = seed % 1000 / 999 - 0.5, seed // 1000 % 1000 / 999 - 0.5
        opens, closes = WINDOWS[seed % len(WINDOWS)]
        site = StopSite(
            node=partner.node,
            address=f"{partner.city}市{partner.address}（位置推算）",
            latitude=Decimal(f"{latitude + north * SPREAD[spread]:.6f}"),
            longitude=Decimal(f"{longitude + east * SPREAD[spread]:.6f}"),
            receives_from=dt.time(opens),
            receives_until=dt.time(closes),
            unload_minutes=12,
            case_seconds=5,
        )
        save_site(site, actor=context.actor)


def _pack(orders: Iterable[Order], context: Context) -> list[Shipment]:
    """A packed shipment of each order that is not being picked yet and has fresh goods."""
    found = []
    for order in orders:
        if Shipment.objects.filter(order=order).exclude(status=ShipmentStatus.CANCELLED).exists():
            continue
        try:
            with transaction.atomic():
                made = create_shipment(order, actor=context.actor, now=timezone.now())
        except NoFitLot:
            continue
        found.append(pack_shipment(made, packages=3, actor=context.actor, now=timezone.now()))
    return found


def solve_plan(plan: DeliveryPlan, context: Context) -> None:
    """As the job does, in the few seconds that a small day needs."""
    question = ask_solution(plan.pk, actor=context.actor)
    found = compute_assignment(question.day, seconds=SECONDS)
    accept_solution(question, found, actor=context.actor, now=timezone.now())
