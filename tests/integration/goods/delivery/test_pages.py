"""Pages and operations of delivery: lists under a query count, the board without script, the driver."""

from __future__ import annotations

import json
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yunhe.goods.delivery.choices import StopStatus
from yunhe.goods.delivery.models import Depot, Driver, StopSite
from yunhe.goods.delivery.printing import render_loading_list
from yunhe.goods.delivery.progress import loading_rows, tours_now
from yunhe.goods.delivery.queries import list_tours, state_of, tours_of
from yunhe.goods.delivery.services import (
    cancel_plan,
    depart_tour,
    receive_at_stop,
    save_driver,
)
from yunhe.goods.shipping.models import Claim
from yunhe.goods.shipping.services import Receipt
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import NotAllowed, NotFound

from .conftest import ACTOR, Fleet, make_vehicle
from .test_way import make_plan, put, released, solved

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client, fleet: Fleet):
    client.force_login(User.objects.get(pk=fleet.shop.people["ops"]))
    return client


def queries(client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(found)


def more_masters(fleet: Fleet) -> None:
    """Two more of each."""
    for at in (1, 2):
        make_vehicle(fleet.depot, f"沪B{at}", capacity_cases=9, driver=fleet.driver)
        save_driver(Driver(node=fleet.nodes["HQ"], name=f"司机{at}"), actor=ACTOR)


@pytest.mark.parametrize("page", ["vehicles", "drivers", "sites"])
def test_lists_of_master_data_never_ask_per_row(ops, fleet: Fleet, page: str) -> None:
    StopSite.objects.exclude(node=fleet.nodes["D1"]).delete()
    fleet.small.delete()
    queries(ops, f"/delivery/{page}/")  # what is asked once a process
    one = queries(ops, f"/delivery/{page}/")
    more_masters(fleet)
    for code in ("D2", "S1"):
        StopSite.objects.create(node=fleet.nodes[code], latitude=1, longitude=1)
    assert queries(ops, f"/delivery/{page}/") == one


def test_lists_of_plans_and_tours_never_ask_per_row(ops, fleet: Fleet) -> None:
    fleet.ship("D1", 2)
    released(fleet)
    addresses = ("/delivery/", "/delivery/board/now/", "/portal/delivery/")
    for address in addresses:
        queries(ops, address)
    one = {address: queries(ops, address) for address in addresses}
    for at in (1, 2):
        fleet.big.active = False
        fleet.big.save()
        fleet.big = make_vehicle(fleet.depot, f"沪C{at}", capacity_cases=40, driver=fleet.driver)
        fleet.ship("D2", 2)
        released(fleet)
    assert {address: queries(ops, address) for address in addresses} == one


def test_a_plan_s_page_asks_the_same_for_one_and_three_stops(ops, fleet: Fleet) -> None:
    fleet.ship("D1", 2)
    few = solved(fleet, make_plan(fleet))
    fleet.ship_all()
    many = solved(fleet, make_plan(fleet))
    queries(ops, f"/delivery/{few.pk}/")
    assert queries(ops, f"/delivery/{few.pk}/") == queries(ops, f"/delivery/{many.pk}/")
    tours = list(list_tours())
    with CaptureQueriesContext(connection) as found:
        tours_now(tours, now=timezone.now())
    assert len(found) == 0


def test_a_stop_is_moved_without_script(ops, fleet: Fleet) -> None:
    fleet.ship_all(["D1", "D2"])
    plan = solved(fleet, make_plan(fleet))
    stop, small = plan.stops.get(node=fleet.nodes["D1"]), plan.tours.get(vehicle=fleet.small)
    data = {"stop": stop.pk, "tour": small.pk, "position": "1"}
    answer = ops.post(f"/delivery/{plan.pk}/move/", data)
    assert (answer.status_code, answer["Location"]) == (302, f"/delivery/{plan.pk}/")
    stop.refresh_from_db()
    assert stop.tour_id == small.pk
    fragment = ops.post(f"/delivery/{plan.pk}/undo/", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert b'id="plan-work"' in fragment.content
    assert b"<html" not in fragment.content
    assert ops.post(f"/delivery/{plan.pk}/move/", {"stop": "x"}).status_code == 404


def test_loading_order_and_list(fleet: Fleet) -> None:
    fleet.ship_all(["D1", "D2"])
    plan = make_plan(fleet)
    put(plan, fleet, fleet.big, "D1", "D2")
    tour = plan.tours.select_related("vehicle", "driver", "plan__depot").get(vehicle=fleet.big)
    rows = loading_rows(tour)
    assert [(row["turn"], row["stop"].node.code, row["packages"]) for row in rows] == [
        (1, "D2", 2),
        (2, "D1", 2),
    ]
    assert render_loading_list(tour, rows).startswith(b"%PDF-")
    assert len(render_loading_list(tour, rows * 40)) > len(render_loading_list(tour, rows))


def test_a_driver_sees_and_drives_the_own_tours_alone(fleet: Fleet, make_user) -> None:
    mine, other = (make_user("driver", fleet.nodes["HQ"], name) for name in ("d1", "d2"))
    fleet.driver.user = mine
    fleet.driver.save()
    shipment = fleet.ship("D1", 2)
    plan = released(fleet)
    tour = state_of(plan).used[0]
    stop = plan.stops.get()
    now = timezone.now()
    with scoped(other.pk) as stranger:
        assert tours_of(stranger).count() == 0
    codes = [package.sscc for package in shipment.packages.all()]
    receipt = Receipt(scanned=codes[:1], damaged={}, receiver="王")
    with scoped(mine.pk) as driver:
        assert tours_of(driver).count() == 1
        with pytest.raises(NotAllowed):
            cancel_plan(plan, actor=driver, now=now)
        depart_tour(tour, actor=driver, now=now)
        with pytest.raises(NotFound):
            receive_at_stop(stop, fleet.ship("D2"), receipt, actor=ACTOR, now=now)
        done = receive_at_stop(stop, shipment, receipt, actor=driver, now=now)
    assert done.status == StopStatus.DELIVERED
    assert Claim.objects.get().amount == Decimal("42.0000")  # a package of 12 short, at 3.50


def test_the_api_plans_moves_and_says_what_breaks(ops, fleet: Fleet) -> None:
    fleet.ship_all(["D1", "D2"])
    day = timezone.localdate() + timedelta(days=1)

    def post(path: str, body: dict[str, object] | None = None):
        return ops.post(f"/api/v1/delivery{path}", json.dumps(body or {}), "application/json")

    made = post("/", {"depot_id": fleet.depot.pk, "day": str(day)}).json()
    assert (made["status"], len(made["unserved"]), len(made["tours"])) == ("draft", 2, 2)
    small = next(t for t in made["tours"] if t["plate"] == "沪A10002")
    for stop in made["unserved"]:
        moved = post(f"/{made['id']}/moves", {"stop_id": stop["id"], "tour_id": small["id"]}).json()
    assert [(v["kind"], v["amount"]) for v in moved["violations"]] == [("overload", 1)]
    assert Decimal(moved["cost_difference"]) > 0
    assert post(f"/{made['id']}/release").status_code == 409
    assert len(post(f"/{made['id']}/undo").json()["unserved"]) == 1
    assert post(f"/{made['id']}/solution", {"seconds": 1}).status_code == 202


def test_the_search_finds_a_plan_by_its_number_and_by_a_vehicle_s_plate(ops, fleet: Fleet) -> None:
    plan = make_plan(fleet)
    for text in (plan.number, plan.depot.name, "沪A1000"):
        page = ops.get("/search/", {"q": text}).content.decode()
        assert f'href="/delivery/{plan.pk}/"' in page, text
    assert "/delivery/1/" not in ops.get("/search/", {"q": "京Z9"}).content.decode()


def test_what_makes_no_sense_is_refused_at_its_field(ops, fleet: Fleet) -> None:
    base = {"depot": fleet.depot.pk, "plate": "X", "ownership": "own", "works_from": "08:00",
            "works_until": "18:00", "fixed_cost": "0", "km_cost": "0", "hour_cost": "0"}  # fmt: skip
    for change, field in (
        ({}, "capacity_cases"),
        ({"capacity_cases": "5", "works_until": "07:00"}, "works_until"),
        ({"capacity_cases": "5", "plate": "沪A10001"}, "plate"),
        ({"capacity_cases": "5", "km_cost": "-1"}, "km_cost"),
        ({"capacity_cases": "99999999999"}, "capacity_cases"),
        ({"capacity_cases": "-1"}, "capacity_cases"),
    ):
        answer = ops.post("/delivery/vehicles/new/", base | change)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
    site = {"node": fleet.nodes["S2"].pk, "latitude": "95", "longitude": "121",
            "receives_from": "08:00", "receives_until": "18:00",
            "unload_minutes": "5", "case_seconds": "1"}  # fmt: skip
    answer = ops.post("/delivery/sites/new/", site)
    assert (answer.status_code, "latitude" in answer.context["form"].errors) == (422, True)
    assert ops.post("/delivery/sites/new/", site | {"latitude": "31"}).status_code == 302
    made = StopSite.objects.get(node=fleet.nodes["S2"])
    assert made.receives_until == time(18)
    assert Depot.objects.count() == 1
