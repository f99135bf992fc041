"""Loading step of a dealer's own delivery day: its stores' orders on its own vehicles, one on its way.

Orders, vehicles, places and the signature are derived; the dealer, its stores and products are the demo's.
"""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Partner
from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.demo.deliveries import CITIES, Truck, save_fleet, save_sites, solve_plan
from yunhe.demo.stores import order_of_store
from yunhe.goods.delivery.models import DeliveryPlan, Depot, StopSite, Tour, Vehicle
from yunhe.goods.delivery.queries import parcels_of
from yunhe.goods.delivery.services import (
    PlanDraft,
    arrive_stop,
    create_plan,
    depart_tour,
    pack_orders,
    receive_at_stop,
    release_plan,
)
from yunhe.goods.shipping.services import Receipt
from yunhe.goods.stock.queries import resells
from yunhe.platform.access.models import Grant, Node
from yunhe.trade.orders.services import confirm_order

CITY_FLEET = (
    Truck("鲁B·6H031", 60, 1500, (7, 18), 80, "1.60", 30),
    Truck("鲁B·6H032", 60, 1500, (7, 18), 80, "1.60", 30),
    Truck("鲁B·D8807", 30, 800, (7, 18), 120, "1.20", 0, hired=True),
)
STORES, LATER = 8, 3
"""So many stores are delivered today, and of so many the orders wait for tomorrow."""
EARLIEST, LATEST = 6, 17
"""Between these hours the vehicles begin their day, about when the demo is loaded."""
OPEN = (time(6), time(23))


def load_dealer_day(context: Context) -> None:
    """The demo's dealer delivers to its stores: a plan under way today, one for tomorrow."""
    dealer = Grant.objects.select_related("node").get(user__username="dealer").node
    city = Partner.objects.get(node=dealer).city
    stores = list(
        Partner.objects.filter(level=Level.STORE, node__parent=dealer, city__in=set(CITIES))
        .select_related("node")
        .order_by("node__code")[: STORES + LATER]
    )
    if Depot.objects.filter(node=dealer).exists() or not resells(dealer.pk) or city not in CITIES:
        return
    depot = _depot(dealer, city, context)
    save_sites(stores, "near", context)
    StopSite.objects.filter(node__in=[store.node_id for store in stores]).update(
        receives_from=OPEN[0], receives_until=OPEN[1], unload_minutes=8
    )
    if today := _plan(depot, stores[:STORES], context, ahead=0):
        _drive(release_plan(today, actor=context.actor, now=timezone.now()), context)
    _plan(depot, stores[STORES:], context, ahead=1)


def _depot(dealer: Node, city: str, context: Context) -> Depot:
    latitude, longitude = CITIES[city]
    depot = Depot(
        node=dealer,
        name="自有仓（推算）",
        address=f"{city}市（位置推算）",
        latitude=Decimal(f"{latitude:.6f}"),
        longitude=Decimal(f"{longitude:.6f}"),
        speed_kmh=30,
        detour=Decimal("1.35"),
    )
    save_fleet(depot, CITY_FLEET, context)
    begins = min(LATEST, max(EARLIEST, timezone.localtime().hour))
    Vehicle.objects.filter(depot=depot).update(works_from=time(begins), works_until=OPEN[1])
    return depot


def _plan(
    depot: Depot, stores: list[Partner], context: Context, *, ahead: int
) -> DeliveryPlan | None:
    """Their orders are confirmed and packed, and a plan of them has routes; none when they want nothing."""
    now = timezone.now()
    for store in stores:
        order_of_store(store.node, (confirm_order,), context, now=now)
    if not pack_orders(depot, actor=context.actor, now=now):
        return None
    day = max(context.today, timezone.localdate()) + timedelta(days=ahead)
    plan = create_plan(
        PlanDraft(depot=depot, day=day, note=DERIVED_NOTE), actor=context.actor, now=now
    )
    solve_plan(plan, context)
    plan.refresh_from_db()
    return plan


def _drive(plan: DeliveryPlan, context: Context) -> None:
    """The first vehicle has left, delivered its first stop and stands at the second."""
    tour = plan.tours.filter(starts_at__isnull=False).order_by("pk").first()
    if tour is None:
        return
    depart_tour(tour, actor=context.actor, now=_by(tour.starts_at))
    stops = list(tour.stops.order_by("position")[:2])
    if stops:
        _deliver(tour, context)
    for stop in stops[1:]:
        arrive_stop(stop, actor=context.actor, now=_by(stop.arrives_at))


def _deliver(tour: Tour, context: Context) -> None:
    stop = tour.stops.order_by("position")[0]
    for shipment in parcels_of([stop.pk]).get(stop.pk, []):
        receipt = Receipt(
            scanned=[package.sscc for package in shipment.packages.all()],
            receiver="店长（推算）",
            signature=ContentFile(_scribble(), name="signature.png"),
        )
        receive_at_stop(stop, shipment, receipt, actor=context.actor, now=_by(stop.leaves_at))


def _by(planned: datetime | None) -> datetime:
    """As planned, if that is over already."""
    return min(planned or timezone.now(), timezone.now())


def _scribble() -> bytes:
    """A signature that nobody wrote."""
    picture = Image.new("RGB", (480, 160), "white")
    points = [
        (40, 100),
        (80, 40),
        (110, 120),
        (150, 60),
        (190, 118),
        (240, 70),
        (300, 110),
        (430, 60),
    ]
    ImageDraw.Draw(picture).line(points, fill="#111111", width=4, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
