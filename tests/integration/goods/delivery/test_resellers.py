"""A dealer that only resells: own depot, vehicle and driver for its stores' orders."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from yunhe.goods.delivery.choices import PlanStatus, StopStatus
from yunhe.goods.delivery.errors import MasterRefused
from yunhe.goods.delivery.models import DeliveryPlan, Depot, Driver, Stop
from yunhe.goods.delivery.queries import list_stops
from yunhe.goods.delivery.services import (
    PlanDraft,
    create_plan,
    depart_tour,
    finish_tour,
    move_stop,
    pack_orders,
    receive_at_stop,
    release_plan,
    save_depot,
    save_driver,
)
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.errors import LinesRefused
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.services import Receipt, decide_claim, receive_shipment
from yunhe.goods.stock.models import StockBalance
from yunhe.goods.stock.services import open_place, record_count
from yunhe.money.ledger.models import Entry
from yunhe.money.ledger.queries import balance_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import NotAllowed
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import confirm_order, create_order, ship_order

from .conftest import ACTOR, Fleet, make_vehicle

pytestmark = pytest.mark.django_db
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PLACE = {"latitude": Decimal("31.0"), "longitude": Decimal("121.4")}


@dataclass
class Day:
    """D1's released plan with its store's two cases on the driver's tour."""

    fleet: Fleet
    plan: DeliveryPlan
    shipment: Shipment
    owner: int
    driver: int

    @property
    def codes(self) -> list[str]:
        return [package.sscc for package in self.shipment.packages.all()]


@pytest.fixture
def day(fleet: Fleet, make_user) -> Day:
    shop, now = fleet.shop, timezone.now()
    node, store = fleet.nodes["D1"], fleet.nodes["S1"]
    open_place(node, resells=True, actor=ACTOR)
    counts = {shop.tea.pk: Decimal(100)}
    record_count(node.pk, counts, ref="n", on=date(2026, 1, 2), actor=ACTOR, now=now)
    driver = make_user("driver", node)
    placed = create_order(
        node_id=store.pk, lines=[shop.line(shop.tea, 24)], submit=True, actor=ACTOR, now=now
    )
    with scoped(shop.people["dealer"]) as dealer:
        depot = save_depot(Depot(node=node, name="甲仓", **PLACE), actor=dealer)
        drives = save_driver(Driver(node=node, name="小王", user=driver), actor=dealer)
        make_vehicle(depot, "沪C1", capacity_cases=9, driver=drives)
        confirm_order(Order.objects.get(pk=placed.order_id), actor=dealer, now=now)
        [shipment] = pack_orders(depot, actor=dealer, now=now)
        draft = PlanDraft(depot=depot, day=timezone.localdate(now))
        plan = create_plan(draft, actor=dealer, now=now)
        tour, stop = plan.tours.get(), plan.stops.get()
        move_stop(plan, stop_id=stop.pk, tour_id=tour.pk, position=1, actor=dealer, now=now)
        plan.refresh_from_db()
        release_plan(plan, actor=dealer, now=now)
    return Day(fleet, plan, shipment, shop.people["dealer"], driver.pk)


def held(day: Day, code: str) -> dict[str, Decimal]:
    rows = StockBalance.objects.filter(node=day.fleet.nodes[code]).exclude(quantity=0)
    return {row.status: row.quantity for row in rows}


def test_the_driver_delivers_what_the_dealer_sold(day: Day) -> None:
    now, tour, stop = timezone.now(), day.plan.tours.get(), day.plan.stops.get()
    with scoped(day.driver) as driver:
        depart_tour(tour, actor=driver, now=now)
        assert held(day, "D1") == {"available": 76}
        unnamed = Receipt(scanned=day.codes, receiver=" ")
        with pytest.raises(LinesRefused):
            receive_at_stop(stop, day.shipment, unnamed, actor=driver, now=now)
        receipt = Receipt(
            scanned=day.codes, receiver="店长", signature=ContentFile(PNG, name="signature.png")
        )
        done = receive_at_stop(stop, day.shipment, receipt, actor=driver, now=now)
        finish_tour(tour, actor=driver, now=now)
    assert done.status == StopStatus.DELIVERED
    assert held(day, "S1") == {"available": 24}
    order = Order.objects.get(between_partners=True)
    assert order.status == "received"
    assert balance_of(order.node_id) == 0  # neither our credit nor our invoice
    signed = Shipment.objects.get(pk=day.shipment.pk).signature
    assert signed is not None
    assert (signed.media_type, signed.size, signed.node_id) == (
        "image/png",
        len(PNG),
        order.node_id,
    )
    day.plan.refresh_from_db()
    assert day.plan.status == PlanStatus.DONE


def test_the_seller_does_not_receive_for_its_buyer_at_the_desk(day: Day) -> None:
    now = timezone.now()
    with scoped(day.driver) as driver:
        depart_tour(day.plan.tours.get(), actor=driver, now=now)
    receipt = Receipt(scanned=day.codes, receiver="x")
    with scoped(day.owner) as owner, pytest.raises(NotAllowed):
        receive_shipment(day.shipment, receipt, actor=owner, now=now)


def test_what_is_short_the_dealer_decides_and_our_ledger_stays_out_of_it(day: Day, client) -> None:
    now, tour, stop = timezone.now(), day.plan.tours.get(), day.plan.stops.get()
    with scoped(day.driver) as driver:
        depart_tour(tour, actor=driver, now=now)
        receipt = Receipt(scanned=day.codes[:1], receiver="店长")
        receive_at_stop(stop, day.shipment, receipt, actor=driver, now=now)
    claim = Claim.objects.get()
    with scoped(day.driver) as driver, pytest.raises(NotAllowed):
        decide_claim(claim, accept=True, answer="", actor=driver, now=now)
    client.force_login(User.objects.get(pk=day.owner))
    shown = client.get(f"/portal/shipping/{day.shipment.pk}/").content.decode()
    assert f"/portal/shipping/claims/{claim.pk}/" in shown
    told = client.post(f"/portal/shipping/claims/{claim.pk}/", {"accept": "yes", "answer": ""})
    assert (told.status_code, told["Location"]) == (302, f"/portal/shipping/{day.shipment.pk}/")
    claim.refresh_from_db()
    assert claim.status == "accepted"
    assert not Entry.objects.filter(node_id=claim.node_id, kind="credit_note").exists()


def test_an_order_that_was_shipped_by_hand_does_not_stop_the_tour(day: Day) -> None:
    now = timezone.now()
    order = Order.objects.get(between_partners=True)
    with scoped(day.owner) as owner:
        ship_order(order, actor=owner, now=now)
    with scoped(day.driver) as driver:
        depart_tour(day.plan.tours.get(), actor=driver, now=now)
    day.shipment.refresh_from_db()
    assert day.shipment.status == ShipmentStatus.CANCELLED
    assert held(day, "S1") == {"in_transit": 24}


def test_a_place_that_nobody_orders_from_has_no_depot(fleet: Fleet) -> None:
    with scoped(fleet.shop.people["dealer"]) as dealer, pytest.raises(MasterRefused):
        save_depot(Depot(node=fleet.nodes["D1"], name="甲仓", **PLACE), actor=dealer)


def test_a_drawing_that_is_none_is_refused_at_its_field(day: Day, client) -> None:
    with scoped(day.driver) as driver:
        depart_tour(day.plan.tours.get(), actor=driver, now=timezone.now())
    client.force_login(User.objects.get(pk=day.driver))
    address = f"/portal/delivery/stops/{day.plan.stops.get().pk}/receive/{day.shipment.pk}/"
    data = {"package": day.codes, "receiver": "店长"}
    assert "data-signature" in client.get(address).content.decode()
    assert client.post(address, data | {"signature": "data:image/png;base64,@@"}).status_code == 422
    drawn = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert client.post(address, data | {"signature": drawn}).status_code == 302
    shown = Shipment.objects.get(pk=day.shipment.pk)
    assert shown.signature is not None
    client.force_login(User.objects.get(pk=day.owner))
    page = client.get(f"/portal/shipping/{shown.pk}/").content.decode()
    assert shown.signature.get_absolute_url() in page


def test_a_receiver_outside_the_drivers_scope_keeps_its_stop_and_its_address(day: Day, client):
    """A dealer may serve another dealer's store: the driver sees no node of it, but where to go."""
    other = day.fleet.nodes["S2"]
    goes_to = {
        "receiver": "李四",
        "phone": "13900000000",
        "region": "上海市",
        "street": "静安路1号",
    }
    for rows in (Order.objects, Shipment.objects, Stop.objects):
        rows.update(node=other)
    Order.objects.update(ship_to=goes_to | {"id": 1, "label": "", "division": ""})
    stop = day.plan.stops.get()
    with scoped(day.driver):
        assert not Node.objects.filter(pk=other.pk).exists()
        assert [each.partner_label for each in list_stops()] == ["乙门店"]
    client.force_login(User.objects.get(pk=day.driver))
    assert "乙门店" in client.get(f"/portal/delivery/tours/{stop.tour_id}/").content.decode()
    page = client.get(f"/portal/delivery/stops/{stop.pk}/").content.decode()
    assert "上海市静安路1号 · 李四" in page
    assert "tel:13900000000" in page
