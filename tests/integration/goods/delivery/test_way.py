"""A delivery day from the packed shipments to the vehicle that is back."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from yunhe.goods.delivery.choices import PlanStatus, StopStatus, TourStatus, Unserved
from yunhe.goods.delivery.errors import IllegalMove, NotReady, PlanInvalid
from yunhe.goods.delivery.jobs import solve
from yunhe.goods.delivery.models import DeliveryPlan, Depot, Driver, Stop, StopShipment
from yunhe.goods.delivery.queries import midnight, state_of
from yunhe.goods.delivery.services import (
    PlanDraft,
    arrive_stop,
    cancel_plan,
    change_plan,
    create_plan,
    deliver_stop,
    depart_tour,
    fail_stop,
    finish_tour,
    move_stop,
    pack_orders,
    receive_at_stop,
    release_plan,
    save_depot,
    save_driver,
    undo_change,
    withdraw_plan,
)
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Claim
from yunhe.goods.shipping.services import Receipt, cancel_shipment, receive_shipment
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import DomainError, NotAllowed, NotFound
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.worker import drain
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import confirm_order, create_order

from .conftest import ACTOR, Fleet, make_vehicle

pytestmark = pytest.mark.django_db


def make_plan(fleet: Fleet, **more) -> DeliveryPlan:
    now = timezone.now()
    day = timezone.localdate(now) + timedelta(days=1)
    return create_plan(PlanDraft(depot=fleet.depot, day=day, **more), actor=ACTOR, now=now)


def put(plan: DeliveryPlan, fleet: Fleet, vehicle, *codes: str):
    """Put stops on the vehicle's tour in this order by hand; the state after the last."""
    tour = plan.tours.get(vehicle=vehicle)
    moved = None
    for position, code in enumerate(codes, start=1):
        stop = plan.stops.get(node=fleet.nodes[code])
        moved = move_stop(
            plan,
            stop_id=stop.pk,
            tour_id=tour.pk,
            position=position,
            actor=ACTOR,
            now=timezone.now(),
        )
    return moved


def solved(fleet: Fleet, plan: DeliveryPlan) -> DeliveryPlan:
    with scoped(fleet.shop.people["ops"]):
        run = enqueue(solve, plan_id=plan.pk, seconds=1)
    drain()
    run.refresh_from_db()
    assert run.state == "succeeded", run.error
    plan.refresh_from_db()
    return plan


def released(fleet: Fleet) -> DeliveryPlan:
    """Three stops on the big vehicle."""
    plan = make_plan(fleet)
    plan = solved(fleet, plan)
    return release_plan(plan, actor=ACTOR, now=timezone.now())


def test_a_plan_takes_what_is_ready_and_the_vehicles(fleet: Fleet) -> None:
    shipments = [fleet.ship("D1", 2), fleet.ship("D1", 1), fleet.ship("D2", 1, pack=False)]
    plan = make_plan(fleet)
    stops = {stop.node.code: stop for stop in plan.stops.all()}
    assert {code: stop.load_cases for code, stop in stops.items()} == {"D1": 3, "D2": 1}
    assert plan.tours.count() == 2
    assert {row.shipment_id for row in StopShipment.objects.all()} == {s.pk for s in shipments}
    assert make_plan(fleet).stops.count() == 0  # they are in a plan now


def test_a_shipment_is_in_one_plan_at_a_time_whatever_the_code_does(fleet: Fleet) -> None:
    fleet.ship("D1")
    plan = make_plan(fleet)
    row = StopShipment.objects.get()
    other = Stop.objects.create(
        plan=make_plan(fleet), supplier_id=plan.node_id, node=fleet.nodes["D2"]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        StopShipment.objects.create(stop=other, shipment_id=row.shipment_id)


def test_times_and_cost_of_a_tour_by_hand(fleet: Fleet) -> None:
    fleet.ship_all(["D1", "D2"])
    plan = make_plan(fleet)
    moved = put(plan, fleet, fleet.big, "D1", "D2")
    tour = plan.tours.get(vehicle=fleet.big)
    # 0.1° are 11,119.5 m: depot → D1 11,120 m in 668 s at 60 km/h, D1 → D2 the same, D2 → depot
    # 22,239 m in 1335 s; 600 s to unload at each
    assert tour.distance_m == 11_120 + 11_120 + 22_239
    start = midnight(plan.day) + timedelta(hours=8)
    stops = {stop.node.code: stop for stop in plan.stops.all()}
    assert stops["D1"].arrives_at == start + timedelta(seconds=668)
    assert stops["D2"].arrives_at == start + timedelta(seconds=668 + 600 + 668)
    assert tour.ends_at == start + timedelta(seconds=668 + 600 + 668 + 600 + 1335)
    # 100 + 44.479 km × 2.50 + 3871 s × 36 ÷ 3600 = 100 + 111.1975 + 38.71
    assert tour.cost == moved.state.cost == Decimal("249.91")


def test_the_search_puts_everything_on_the_big_vehicle(fleet: Fleet) -> None:
    fleet.ship_all()
    plan = solved(fleet, make_plan(fleet))
    state = state_of(plan)
    assert plan.status == PlanStatus.SOLVED
    assert [tour.vehicle.plate for tour in state.used] == ["沪A10001"]
    # 11.12 south, 33.36 north, 22.24 back: 66.7 km, whichever way round
    assert state.distance == pytest.approx(66_717, abs=3)
    assert (state.unserved, state.violation_count) == ([], 0)


def test_what_cannot_be_served_says_why(fleet: Fleet) -> None:
    fleet.sites["D1"].receives_from, fleet.sites["D1"].receives_until = time(5), time(6)
    fleet.sites["D1"].save()
    fleet.sites["S1"].delete()
    fleet.big.capacity_cases = 3
    fleet.big.save()
    fleet.ship("D1")
    fleet.ship("S1")
    fleet.ship("D2", 4)
    plan = solved(fleet, make_plan(fleet))
    reasons = {stop.node.code: stop.unserved for stop in plan.stops.all()}
    assert reasons == {
        "D1": Unserved.WINDOW,
        "S1": Unserved.NO_PLACE,
        "D2": Unserved.TOO_BIG_CASES,
    }


def test_an_overloaded_or_late_plan_is_not_released(fleet: Fleet) -> None:
    fleet.ship("D1", 3)
    plan = make_plan(fleet)
    moved = put(plan, fleet, fleet.small, "D1")
    plan.status = PlanStatus.SOLVED
    plan.save()
    assert moved.state.violation_count == 1
    with pytest.raises(PlanInvalid) as refused:
        release_plan(plan, actor=ACTOR, now=timezone.now())
    assert [row["kind"] for row in refused.value.rows] == ["overload"]
    put(plan, fleet, fleet.big, "D1")
    released = release_plan(plan, actor=ACTOR, now=timezone.now())
    assert released.status == PlanStatus.RELEASED


def test_changes_are_undone_one_by_one(fleet: Fleet) -> None:
    fleet.ship_all(["D1", "D2"])
    plan = solved(fleet, make_plan(fleet))
    first = state_of(plan)
    one = put(plan, fleet, fleet.small, "D1")
    assert one.cost_difference > 100  # the second vehicle's fixed cost
    two = put(plan, fleet, fleet.small, "D2")
    assert undo_change(plan, actor=ACTOR).state.routes == one.state.routes
    back = undo_change(plan, actor=ACTOR)
    assert (back.state.routes, back.state.cost) == (first.routes, first.cost)
    assert two.state.routes != first.routes
    with pytest.raises(DomainError, match=r"undo|撤销"):
        undo_change(plan, actor=ACTOR)


def test_a_stop_of_another_plan_is_not_moved(fleet: Fleet) -> None:
    fleet.ship("D1")
    plan, other = make_plan(fleet), make_plan(fleet)
    tour = other.tours.first()
    with pytest.raises(NotFound):
        move_stop(
            other,
            stop_id=plan.stops.get().pk,
            tour_id=tour.pk,
            position=1,
            actor=ACTOR,
            now=timezone.now(),
        )
    with pytest.raises(NotFound):
        move_stop(
            plan,
            stop_id=plan.stops.get().pk,
            tour_id=tour.pk,
            position=1,
            actor=ACTOR,
            now=timezone.now(),
        )


def test_the_day_is_driven_and_received_with_differences(fleet: Fleet) -> None:
    shipments = fleet.ship_all(["D1", "D2"])
    plan = released(fleet)
    tour = state_of(plan).used[0]
    now = timezone.now()
    tour = depart_tour(tour, actor=ACTOR, now=now)
    for shipment in shipments:
        shipment.refresh_from_db()
        assert (shipment.status, shipment.carrier) == (ShipmentStatus.SHIPPED, "own")
    plan.refresh_from_db()
    assert (plan.status, tour.status) == (PlanStatus.UNDER_WAY, TourStatus.UNDER_WAY)
    first = plan.stops.get(node=fleet.nodes["D1"])
    arrive_stop(first, actor=ACTOR, now=now)
    with pytest.raises(NotReady):
        deliver_stop(first, actor=ACTOR, now=now)
    codes = [package.sscc for package in shipments[0].packages.all()]
    line = shipments[0].lines.get()
    receipt = Receipt(scanned=codes[:1], damaged={line.pk: Decimal(1)}, receiver="王")
    receive_shipment(shipments[0], receipt, actor=ACTOR, now=now)
    dispatch_all()  # the listener finds the stop
    first.refresh_from_db()
    assert first.status == StopStatus.DELIVERED
    # 12 in two packages of 6: one did not come, one piece is broken, at 3.50
    assert dict(Claim.objects.values_list("kind", "amount")) == {
        "short": Decimal("21.0000"),
        "damage": Decimal("3.5000"),
    }
    with pytest.raises(NotReady):
        finish_tour(tour, actor=ACTOR, now=now)
    second = plan.stops.get(node=fleet.nodes["D2"])
    fail_stop(second, remark="门关着", actor=ACTOR, now=now)
    tour = finish_tour(tour, actor=ACTOR, now=now)
    plan.refresh_from_db()
    assert (tour.status, plan.status) == (TourStatus.DONE, PlanStatus.DONE)
    again = make_plan(fleet)  # what was not taken is planned again
    assert [stop.node.code for stop in again.stops.all()] == ["D2"]


def test_what_is_not_packed_does_not_leave(fleet: Fleet) -> None:
    fleet.ship("D1", pack=False)
    plan = released(fleet)
    with pytest.raises(NotReady):
        depart_tour(state_of(plan).used[0], actor=ACTOR, now=timezone.now())


def test_a_cancelled_shipment_leaves_the_plan_with_its_stop(fleet: Fleet) -> None:
    gone, _kept = fleet.ship_all(["D1", "D2"])
    plan = solved(fleet, make_plan(fleet))
    cancel_shipment(gone, actor=ACTOR, now=timezone.now())
    release_plan(plan, actor=ACTOR, now=timezone.now())
    assert [stop.node.code for stop in plan.stops.all()] == ["D2"]


def test_a_vehicle_is_out_in_one_plan(fleet: Fleet) -> None:
    fleet.ship("D1", 2)  # too much for the small one
    released(fleet)
    fleet.ship("D2", 3)
    plan = solved(fleet, make_plan(fleet))
    with pytest.raises(NotReady):
        release_plan(plan, actor=ACTOR, now=timezone.now())


def test_a_released_plan_is_not_changed_but_taken_back(fleet: Fleet) -> None:
    fleet.ship("D1")
    plan = released(fleet)
    with pytest.raises(IllegalMove):
        put(plan, fleet, fleet.small, "D1")
    plan = withdraw_plan(plan, actor=ACTOR, now=timezone.now())
    assert put(plan, fleet, fleet.small, "D1").state.violation_count == 0
    plan = cancel_plan(plan, actor=ACTOR, now=timezone.now())
    assert plan.status == PlanStatus.CANCELLED
    assert make_plan(fleet).stops.count() == 1


def test_shipments_and_vehicles_are_chosen_anew(fleet: Fleet) -> None:
    one, two = fleet.ship_all(["D1", "D2"])
    plan = solved(fleet, make_plan(fleet))
    change_plan(plan, shipments=[two.pk], vehicles=[fleet.small.pk], actor=ACTOR)
    state = state_of(plan)
    assert [(stop.node.code, stop.unserved) for stop in state.stops] == [("D2", Unserved.WAITING)]
    assert [tour.vehicle.plate for tour in state.tours] == ["沪A10002"]
    change_plan(plan, shipments=[one.pk, two.pk], vehicles=[fleet.big.pk], actor=ACTOR)
    assert {stop.node.code for stop in state_of(plan).stops} == {"D1", "D2"}


def test_a_search_that_was_overtaken_writes_nothing(fleet: Fleet) -> None:
    from yunhe.goods.delivery.compute.assignment import compute_assignment
    from yunhe.goods.delivery.services import accept_solution, ask_solution

    fleet.ship_all(["D1", "D2"])
    plan = make_plan(fleet)
    question = ask_solution(plan.pk, actor=ACTOR)
    found = compute_assignment(question.day, seconds=0.2)
    put(plan, fleet, fleet.small, "D1")
    with pytest.raises(IllegalMove):
        accept_solution(question, found, actor=ACTOR, now=timezone.now())


def test_dealers_plan_from_their_own_place_alone(fleet: Fleet) -> None:
    fleet.ship("D1")
    plan = make_plan(fleet)
    with scoped(fleet.shop.people["dealer"]) as dealer:
        assert DeliveryPlan.objects.count() == 0
        assert Stop.objects.count() == 1  # the own delivery, with the time it is expected
        with pytest.raises(NotAllowed):
            create_plan(
                PlanDraft(depot=fleet.depot, day=plan.day), actor=dealer, now=timezone.now()
            )
    with scoped(fleet.shop.people["other"]):
        assert Stop.objects.count() == 0


def test_a_dealer_delivers_its_store_s_order_with_its_own_vehicle(fleet: Fleet, make_user) -> None:
    shop, now = fleet.shop, timezone.now()
    dealer_node, store = fleet.nodes["D1"], fleet.nodes["S1"]
    open_place(dealer_node, supplies=True, actor=ACTOR)
    goods = [GoodsLine(sku_id=shop.tea.pk, quantity=Decimal(100))]
    receive_goods(dealer_node.pk, goods, ref="d", on=now.date(), actor=ACTOR, now=now)
    clerk = make_user("dealer_clerk", dealer_node)
    place = {"latitude": Decimal("31.0"), "longitude": Decimal("121.4")}
    with scoped(shop.people["dealer"]) as dealer:
        depot = save_depot(Depot(node=dealer_node, name="甲仓", **place), actor=dealer)
        driver = save_driver(Driver(node=dealer_node, name="小王", user=clerk), actor=dealer)
        make_vehicle(depot, "沪C1", capacity_cases=9, driver=driver)
    order = create_order(
        node_id=store.pk, lines=[shop.line(shop.tea, 24)], submit=True, actor=ACTOR, now=now
    )
    confirm_order(Order.objects.get(pk=order.order_id), actor=ACTOR, now=now)
    with scoped(shop.people["dealer"]) as dealer:
        [shipment] = pack_orders(depot, actor=dealer, now=now)
        assert (shipment.supplier_id, shipment.packages.count()) == (dealer_node.pk, 2)
        plan = create_plan(
            PlanDraft(depot=depot, day=timezone.localdate(now)), actor=dealer, now=now
        )
        tour, stop = plan.tours.get(), plan.stops.get()
        move_stop(plan, stop_id=stop.pk, tour_id=tour.pk, position=1, actor=dealer, now=now)
        plan.refresh_from_db()
        assert plan.status == PlanStatus.SOLVED
        release_plan(plan, actor=dealer, now=now)
    with scoped(clerk.pk) as actor:
        depart_tour(tour, actor=actor, now=now)
        codes = [package.sscc for package in shipment.packages.all()]
        receipt = Receipt(scanned=codes[:1], receiver="店")
        receive_at_stop(stop, shipment, receipt, actor=actor, now=now)
        finish_tour(tour, actor=actor, now=now)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.DONE
    with scoped(shop.people["other"]):
        assert DeliveryPlan.objects.count() == 0
