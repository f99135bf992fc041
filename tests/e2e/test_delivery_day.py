"""A delivery day planned, shipped and received with differences: the dispatcher at the desk, the driver
on the phone, in Chinese and in English. The worker's part is done between the steps by `drain`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page
from tests.e2e.conftest import DESK, PHONE, Visit
from tests.e2e.pressing import press_and_go
from tests.e2e.story_world import build_world
from tests.e2e.test_story import PASSWORD, press
from tests.integration.channel.world import SYSTEM

from yunhe.goods.delivery.choices import PlanStatus, StopStatus
from yunhe.goods.delivery.models import DeliveryPlan, Depot, Driver, Stop, StopSite, Vehicle
from yunhe.goods.delivery.queries import state_of
from yunhe.goods.delivery.services import save_depot, save_driver, save_site, save_vehicle
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.services import create_shipment, pack_shipment
from yunhe.platform.jobs.worker import drain
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, create_order

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = {"D1": ("31.30", "121.45"), "D2": ("31.10", "121.35")}


@dataclass
class DeliveryDay:
    """What the steps hand to each other."""

    tree: Mapping[str, Any]
    shipments: Mapping[str, Shipment]
    desk: Visit
    phone: Visit
    language: str

    @property
    def plan(self) -> DeliveryPlan:
        return DeliveryPlan.objects.get()

    def stop(self, code: str) -> Stop:
        return Stop.objects.get(node=self.tree[code])

    def checked(self, window: Visit, name: str) -> None:
        """The page is free of faults (contrast, overflow, language, console)."""
        window.check(f"delivery-{name}")


@transaction.atomic
def prepare(tree: Mapping[str, Any], make_user: Callable[..., Any]) -> dict[str, Shipment]:
    """A depot at headquarters with two vehicles, two receivers, and a packed shipment for each."""
    world = build_world(tree, make_user)
    driver_user = make_user("driver", tree["HQ"], "driver")
    driver_user.name = "HQ-9"
    driver_user.save()
    depot = Depot(node=tree["HQ"], name="W-1", latitude=Decimal("31.2"), longitude=Decimal("121.4"))
    save_depot(depot, actor=SYSTEM)
    driver = save_driver(Driver(node=tree["HQ"], name="HQ-9", user=driver_user), actor=SYSTEM)
    for plate in ("A-101", "A-102"):
        vehicle = Vehicle(
            depot=depot,
            plate=plate,
            capacity_cases=10,
            works_from=time(0),
            works_until=time(23, 59),
            fixed_cost=Decimal(100),
            km_cost=Decimal("2.50"),
            hour_cost=Decimal(36),
            driver=driver,
        )
        save_vehicle(vehicle, actor=SYSTEM)
    shipments = {}
    for code, (latitude, longitude) in PLACES.items():
        site = StopSite(
            node=tree[code],
            address=f"No. 1 {code}",
            latitude=Decimal(latitude),
            longitude=Decimal(longitude),
            receives_from=time(0),
            receives_until=time(23, 59),
        )
        save_site(site, actor=SYSTEM)
        shipments[code] = packed(tree[code], world.skus["K0"])
    return shipments


def packed(node: Any, sku_id: int) -> Shipment:
    """24 pieces in three packages of 8."""
    now = timezone.now()
    placed = create_order(
        node_id=node.pk,
        lines=[NewLine(sku_id, "piece", Decimal(24))],
        submit=True,
        confirm=True,
        actor=SYSTEM,
        now=now,
    )
    shipment = create_shipment(Order.objects.get(pk=placed.order_id), actor=SYSTEM, now=now)
    return pack_shipment(shipment, packages=3, actor=SYSTEM, now=now)


def plan_the_day(day: DeliveryDay) -> None:
    """The dispatcher begins a plan; the search puts both stops on one vehicle."""
    page = day.desk.open("/delivery/new/")
    page.fill("input[name=day]", str(timezone.localdate()))
    press(page, "main form button.y-btn-primary")
    assert day.plan.stops.count() == 2
    day.checked(day.desk, "draft")
    page = day.desk.open(f"/delivery/{day.plan.pk}/solve/")
    page.fill("input[name=seconds]", "1")
    press(page, "main form button.y-btn-primary")
    drain()
    page = day.desk.open(f"/delivery/{day.plan.pk}/")
    state = state_of(day.plan)
    assert (day.plan.status, len(state.used), state.unserved) == (PlanStatus.SOLVED, 1, [])
    day.checked(day.desk, "planned")


def move_by_hand(day: DeliveryDay) -> None:
    """D2 goes on the other vehicle: by dragging, back by undo, and again by its form."""
    page = day.desk.page
    plan, other = day.plan, next(t for t in state_of(day.plan).tours if not t.stops.exists())
    before = state_of(plan).cost
    drag(page, day.stop("D2"), other.pk)
    assert day.stop("D2").tour_id == other.pk
    assert state_of(plan).cost > before + 90  # the second vehicle costs 100 a tour
    with page.expect_response("**/undo/"):
        page.locator("form[action$='/undo/'] button").click()
    page.wait_for_timeout(300)
    assert (day.stop("D2").tour_id != other.pk, state_of(plan).cost) == (True, before)
    item = page.locator(f"[data-stop='{day.stop('D2').pk}']")
    item.locator("summary").click()
    item.locator("select[name=tour]").select_option(str(other.pk))
    with page.expect_response("**/move/"):
        item.locator("form button").click()
    page.wait_for_timeout(300)
    assert day.stop("D2").tour_id == other.pk
    day.checked(day.desk, "moved")


def drag(page: Page, stop: Stop, tour_id: int) -> None:
    """Drag a stop onto a tour's list and wait for the board that comes back."""
    with page.expect_response("**/move/"):
        page.locator(f"[data-stop='{stop.pk}']").drag_to(page.locator(f"ol[data-tour='{tour_id}']"))
    page.wait_for_timeout(300)


def release(day: DeliveryDay) -> None:
    """The tours go to the drivers; the loading list is there."""
    page = day.desk.open(f"/delivery/{day.plan.pk}/")
    press_and_go(page, "form[action$='/act/release/'] button")
    assert day.plan.status == PlanStatus.RELEASED
    tour = day.stop("D1").tour
    assert tour is not None
    page = day.desk.open(f"/delivery/tours/{tour.pk}/")
    day.checked(day.desk, "loading")
    with page.expect_download() as waiting:
        page.locator("a[href$='/loading.pdf']").click()
    with open(waiting.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"


def deliver(day: DeliveryDay, code: str, *, without: int, damaged: int) -> None:
    """On the phone: leave, arrive, scan what came, name the damaged pieces, come back."""
    stop, shipment = day.stop(code), day.shipments[code]
    page = day.phone.open("/portal/delivery/")
    page.locator(f"a[href='/portal/delivery/tours/{stop.tour_id}/']").first.click()
    press_and_go(page, "form[action$='/depart/'] button")
    shipment.refresh_from_db()
    assert (shipment.status, shipment.carrier) == ("shipped", "own")
    page = day.phone.open(f"/portal/delivery/stops/{stop.pk}/")
    press_and_go(page, "form[action$='/arrive/'] button")
    day.checked(day.phone, "stop")
    press(page, "a[href*='/receive/']")
    codes = [package.sscc for package in shipment.packages.order_by("position")]
    for sscc in codes[: len(codes) - without]:
        page.check(f"input[name=package][value='{sscc}']")
    page.fill("input[name=receiver]", "R-1")
    if damaged:
        page.fill(f"input[name=damaged_{shipment.lines.get().pk}]", str(damaged))
    day.checked(day.phone, "receive")
    press(page, "main form button.y-btn-primary")
    assert day.stop(code).status == StopStatus.DELIVERED
    page = day.phone.open(f"/portal/delivery/tours/{stop.tour_id}/")
    day.checked(day.phone, "tour")
    press_and_go(page, "form[action$='/finish/'] button")


def look_at_the_board(day: DeliveryDay) -> None:
    """The dispatcher sees planned beside actual, of both tours."""
    page = day.desk.open("/delivery/board/")
    page.locator(".y-tour").first.wait_for()
    assert page.locator(".y-tour").count() == 2
    day.checked(day.desk, "board")


def find_the_claims(day: DeliveryDay) -> None:
    """One package of 8 short, one piece broken, at 3.50: claims of 28.00 and 3.50."""
    claims = dict(Claim.objects.values_list("kind", "amount"))
    assert claims == {"short": Decimal("28.0000"), "damage": Decimal("3.5000")}
    page = day.desk.open("/shipping/claims/")
    text = page.locator("main").inner_text()
    assert "28.00" in text
    assert "3.50" in text
    drain()
    assert day.plan.status == PlanStatus.DONE
    day.desk.open(f"/delivery/{day.plan.pk}/")
    day.checked(day.desk, "done")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_delivery_day(
    visit: Callable[..., Visit], tree: dict[str, Any], make_user: Callable[..., Any], language: str
) -> None:
    shipments = prepare(tree, make_user)
    desk = visit(width=DESK, language=language)
    desk.sign_in("ops", PASSWORD)
    phone = visit(width=PHONE, language=language)
    phone.sign_in("driver", PASSWORD)
    day = DeliveryDay(tree, shipments, desk, phone, language)
    plan_the_day(day)
    move_by_hand(day)
    release(day)
    deliver(day, "D1", without=1, damaged=1)
    look_at_the_board(day)
    deliver(day, "D2", without=0, damaged=0)
    find_the_claims(day)
