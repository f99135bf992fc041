"""A store orders from its dealer: the dealer answers, goods move between them, sell-through appears."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yunhe.goods.stock.errors import MovementRefused
from yunhe.goods.stock.models import StockBalance
from yunhe.goods.stock.queries import supplier_of
from yunhe.goods.stock.services import open_place, record_count
from yunhe.money.ledger.queries import balance_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.platform.capacity.models import Hold
from yunhe.platform.errors import Conflict, NotAllowed
from yunhe.platform.events.models import OutboxEvent
from yunhe.platform.notifications.models import Notification
from yunhe.trade.orders import jobs
from yunhe.trade.orders.events import OrderReceived, OrderShipped, OrderSubmitted
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import count_to_answer, count_waiting, lines_of, order_for
from yunhe.trade.orders.services import (
    cancel_order,
    close_order,
    close_short,
    confirm_order,
    create_order,
    credit_missing,
    receive_order,
    ship_order,
)
from yunhe.trade.orders.services.steps import facts_of
from yunhe.trade.sales.jobs import record_received_order
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ACTOR = system_principal("test")


@pytest.fixture
def market(shop, tree, make_user):
    """D1 takes the orders of its store S1 and holds 30 bottles of tea; S1 has no credit anywhere."""
    open_place(tree["D1"], resells=True, actor=ACTOR)
    record_count(
        shop.dealer, {shop.tea.pk: Decimal(30)}, ref="n", on=date(2026, 1, 2), actor=ACTOR, now=NOW
    )
    shop.people["store"] = make_user("store", tree["S1"]).pk
    shop.people["clerk"] = make_user("dealer_clerk", tree["D1"]).pk
    shop.people["next_door"] = make_user("store", tree["S2"]).pk
    return shop


def place(shop, principal, node: str = "S1", quantity: int = 12, **more):
    return create_order(
        node_id=Node.objects.get(code=node).pk,
        lines=[shop.line(shop.tea, quantity)],
        actor=principal,
        now=NOW,
        submit=True,
        **more,
    )


def held(node: str) -> dict[str, Decimal]:
    rows = StockBalance.objects.filter(node__code=node).exclude(quantity=0)
    return {row.status: row.quantity for row in rows}


def test_the_store_orders_from_its_dealer_and_the_dealer_from_the_manufacturer(market, tree):
    assert supplier_of(tree["S1"].pk) == tree["D1"].pk
    assert supplier_of(tree["D1"].pk) == tree["HQ"].pk
    assert supplier_of(tree["S2"].pk) == tree["HQ"].pk  # D2 takes no orders of its stores


def test_from_order_to_sell_through(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
        order = order_for(placed.order_id)
        assert (order.supplier.code, order.between_partners, order.total) == ("D1", True, 42)
    # neither the manufacturer's credit nor its stock is touched
    assert not Hold.objects.filter(ref=placed.ref).exists()
    assert (count_waiting(), count_to_answer(market.dealer)) == (0, 1)
    with act_as("clerk") as clerk:
        confirm_order(order_for(placed.order_id), actor=clerk, now=NOW)
        order = ship_order(order_for(placed.order_id), actor=clerk, now=NOW)
        assert order.status == "shipped"
    assert held("D1") == {"available": 18}
    assert held("S1") == {"in_transit": 12}
    assert balance_of(order.node_id) == 0
    with act_as("store") as store:
        [line] = lines_of(order)
        receive_order(order, received={line.pk: Decimal(11)}, actor=store, now=NOW)
    assert held("S1") == {"available": 11}
    with act_as("clerk") as clerk:
        assert close_order(order_for(order.pk), actor=clerk, now=NOW).status == "closed"
    order = Order.objects.get(pk=order.pk)
    with pytest.raises(Conflict):
        credit_missing(order, actor=ACTOR, now=NOW)


def test_what_arrived_is_sell_through_of_the_dealer(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
    with act_as("clerk") as clerk:
        confirm_order(order_for(placed.order_id), actor=clerk, now=NOW)
        order = ship_order(order_for(placed.order_id), actor=clerk, now=NOW)
    with act_as("store") as store:
        [line] = lines_of(order)
        receive_order(order, received={line.pk: Decimal(11)}, actor=store, now=NOW)
    told = OutboxEvent.objects.get(type=OrderReceived.type)
    heard = OrderReceived.from_data(told.data)
    record_received_order(heard, actor=ACTOR)
    record_received_order(heard, actor=ACTOR)  # heard twice, counted once
    [fact] = SalesFact.objects.all()
    assert (fact.flow, fact.node.code, fact.counterparty.code) == ("sell_through", "D1", "S1")
    assert (fact.quantity, fact.amount) == (11, Decimal("38.50"))  # 11 × 3.50


def test_more_than_the_book_says_may_be_shipped_because_the_dealer_sees_its_shelf(market, act_as):
    with act_as("store") as store:
        placed = place(market, store, quantity=40)
    with act_as("clerk") as clerk:
        confirm_order(order_for(placed.order_id), actor=clerk, now=NOW)
        ship_order(order_for(placed.order_id), actor=clerk, now=NOW)
    assert held("D1") == {"available": -10}


def test_a_part_is_shipped_and_the_rest_given_up(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
    with act_as("clerk") as clerk:
        order = confirm_order(order_for(placed.order_id), actor=clerk, now=NOW)
        [line] = lines_of(order)
        ship_order(order, quantities={line.pk: Decimal(5)}, actor=clerk, now=NOW)
        order = close_short(order_for(order.pk), actor=clerk, now=NOW)
    assert (order.status, order.total) == ("shipped", Decimal("17.50"))


def test_only_the_dealer_that_sells_answers_and_only_the_store_receives(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
        for use in (confirm_order, ship_order, close_order):
            with pytest.raises((NotAllowed, Conflict)):
                use(order_for(placed.order_id), actor=store, now=NOW)
    with act_as("clerk") as clerk:
        confirm_order(order_for(placed.order_id), actor=clerk, now=NOW)
        ship_order(order_for(placed.order_id), actor=clerk, now=NOW)
        with pytest.raises(NotAllowed):
            receive_order(order_for(placed.order_id), actor=clerk, now=NOW)


def test_an_order_to_the_manufacturer_is_not_answered_by_a_dealer(market, act_as):
    with act_as("dealer") as dealer:
        placed = create_order(
            node_id=market.dealer,
            lines=[market.line(market.tea, 1)],
            actor=dealer,
            now=NOW,
            submit=True,
        )
        with pytest.raises(NotAllowed):
            confirm_order(order_for(placed.order_id), actor=dealer, now=NOW)


def test_the_dealer_may_still_cancel_what_it_confirmed_the_store_may_not(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
    with act_as("clerk") as clerk:
        confirm_order(order_for(placed.order_id), actor=clerk, now=NOW)
    with act_as("store") as store, pytest.raises(NotAllowed):
        cancel_order(order_for(placed.order_id), reason="", actor=store, now=NOW)
    with act_as("clerk") as clerk:
        order = cancel_order(order_for(placed.order_id), reason="缺货", actor=clerk, now=NOW)
    assert order.status == "cancelled"


def test_a_place_is_either_the_manufacturers_or_a_reseller(market, tree):
    with pytest.raises(MovementRefused):
        open_place(tree["D2"], supplies=True, resells=True, actor=ACTOR)
    with pytest.raises(MovementRefused):
        open_place(tree["HQ"], resells=True, actor=ACTOR)


def test_dealer_and_store_are_told_once(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
    order = Order.objects.get(pk=placed.order_id)
    for _ in range(2):
        jobs.tell_seller(OrderSubmitted(**facts_of(order)), actor=ACTOR)
    told = Notification.objects.values_list("user_id", flat=True)
    assert sorted(told) == sorted([market.people["dealer"], market.people["clerk"]])
    shipped = OrderShipped(**facts_of(order), shipment=1, on=date(2026, 1, 3), lines=())
    jobs.tell_store(shipped, actor=ACTOR)
    assert Notification.objects.filter(user_id=market.people["store"]).count() == 1


def browser(shop, person: str) -> Client:
    set_role("none")
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(User.objects.get(pk=shop.people[person]))
    return client


def go(shop, person: str, url: str, data=None):
    client = browser(shop, person)
    set_role("none")  # inside a test's own transaction the role of the last request would stay
    answer = client.get(url) if data is None else client.post(url, data)
    set_role("none")
    return answer


def test_the_dealers_pages_from_the_list_to_completion(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
    number = placed.number
    set_role("none")
    assert number in go(market, "clerk", reverse("orders_portal:supply")).content.decode()
    assert number not in go(market, "clerk", reverse("orders_portal:list")).content.decode()
    assert number in go(market, "store", reverse("orders_portal:list")).content.decode()
    page = go(market, "clerk", reverse("orders_portal:supply_detail", args=[placed.order_id]))
    assert "Refuse" in page.content.decode()
    act = reverse("orders_portal:supply_act", args=[placed.order_id, "confirm"])
    assert go(market, "clerk", act, {}).status_code == 302
    ship = reverse("orders_portal:supply_ship", args=[placed.order_id])
    order = Order.objects.get(pk=placed.order_id)
    [line] = order.lines.all()
    assert go(market, "clerk", ship, {f"quantity-{line.pk}": "13"}).status_code == 422
    assert go(market, "clerk", ship, {f"quantity-{line.pk}": "12"}).status_code == 302
    order.refresh_from_db()
    assert order.status == "shipped"
    for person in ("other", "next_door", "ops"):
        answer = go(market, person, reverse("orders_portal:supply_detail", args=[order.pk]))
        assert answer.status_code in (403, 404)


def test_refusing_says_why(market, act_as):
    with act_as("store") as store:
        placed = place(market, store)
    set_role("none")
    url = reverse("orders_portal:supply_refuse", args=[placed.order_id])
    assert go(market, "clerk", url, {"reason": ""}).status_code == 422
    assert go(market, "clerk", url, {"reason": "no stock"}).status_code == 302
    shown = go(market, "store", reverse("orders_portal:detail", args=[placed.order_id]))
    assert "no stock" in shown.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries(market, act_as, rows, django_assert_max_num_queries):
    with act_as("store") as store:
        for _ in range(rows):
            place(market, store)
    client = browser(market, "clerk")
    client.get(reverse("orders_portal:supply"))
    set_role("none")
    with django_assert_max_num_queries(14):
        assert client.get(reverse("orders_portal:supply")).status_code == 200
