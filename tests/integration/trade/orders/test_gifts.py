"""Gifts are chosen, replaced when they are out of stock, and never stop an order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.integration.trade.orders.conftest import ACTOR, make_sku

from yunhe.goods.stock.services import GoodsLine, receive_goods
from yunhe.platform.access.models import Node
from yunhe.platform.accounts.models import User
from yunhe.platform.capacity.models import Account
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.errors import GiftsGone, LinesRefused, StockShort
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import gift_remarks, lines_of, order_for
from yunhe.trade.orders.services import (
    Details,
    NewOrder,
    Wish,
    create_order,
    place_orders,
    put_in_cart,
    submit_order,
)
from yunhe.trade.promotions.models import BUDGET
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
def cup(shop):
    """A gift of which three are in stock."""
    sku = make_sku("cup", Sku.objects.get(pk=shop.tea.pk).product)
    goods = [GoodsLine(sku_id=sku.pk, quantity=Decimal(3))]
    receive_goods(shop.hq, goods, ref="cups", on=date(2026, 1, 1), actor=ACTOR, now=NOW)
    return sku


@pytest.fixture
def bag(shop):
    """A gift that is out of stock."""
    return make_sku("bag", Sku.objects.get(pk=shop.tea.pk).product)


@pytest.fixture
def publish(shop, ops):
    def make(kind, definition, **more):
        draft = PromotionDraft(
            **{"name": "Gifts", "valid_from": date(2026, 11, 1), "kind": kind} | more,
            definition=definition,
        )
        one = create_promotion(Node.objects.get(pk=shop.hq), code=kind, draft=draft, actor=ops)
        submit_promotion(one, actor=ops, now=NOW)
        return publish_promotion(one, actor=ops, now=NOW)

    return make


@pytest.fixture
def choice(publish, cup, bag, shop):
    """From 10 bottles on: a bag, a cup or a bottle of tea."""
    gifts = [
        {"sku": bag.pk, "quantity": "1", "value": "2"},
        {"sku": cup.pk, "quantity": "1", "value": "3"},
        {"sku": shop.tea.pk, "quantity": "1", "value": "4"},
    ]
    terms = {"measure": "quantity", "floor": "10", "gifts": gifts, "pick": 1, "repeat": True}
    return publish("gift", terms, budget=Decimal(100), stacking="additive")


def ordered(shop, actor, quantity=10, **more):
    lines = [shop.line(shop.water, quantity)]
    placed = create_order(
        node_id=shop.dealer, lines=lines, actor=actor, now=NOW, submit=True, **more
    )
    return order_for(placed.order_id)


def given(order):
    return {one.sku.code: one.quantity for one in lines_of(order) if not one.amount}


def told(order):
    with translation.override("en"):
        return gift_remarks(order)


def charged(promotion):
    return Account.objects.get(kind=BUDGET, key=str(promotion.pk)).reserved


def test_the_gift_picked_is_the_gift_given(shop, act_as, choice):
    with act_as("dealer") as dealer:
        order = ordered(shop, dealer, choices={choice.pk: [2]})
        assert (given(order), told(order), order.choices) == ({"tea": 1}, [], {choice.pk: [2]})
    assert charged(choice) == 4


def test_without_a_choice_the_next_gift_in_stock_comes_with_a_remark(shop, act_as, choice):
    with act_as("dealer") as dealer:
        order = ordered(shop, dealer)
        assert given(order) == {"cup": 1}
        assert told(order) == ["“Gifts”: bag is out of stock, cup comes instead."]
    assert charged(choice) == 3


def test_a_choice_that_does_not_apply_counts_for_nothing(shop, act_as, choice):
    with act_as("dealer") as dealer:
        order = ordered(shop, dealer, choices={choice.pk: [77], 10**9: [1]})
        assert given(order) == {"cup": 1}


def test_a_choice_stays_on_the_draft(shop, act_as, choice):
    with act_as("dealer") as dealer:
        wishes = {shop.water.pk: Wish("bottle", Decimal(10))}
        cart = put_in_cart(
            wishes,
            node_id=shop.dealer,
            actor=dealer,
            now=NOW,
            details=Details(choices={choice.pk: [2]}),
        )
        more = {shop.tea.pk: Wish("bottle", Decimal(1))}
        cart = put_in_cart(more, node_id=shop.dealer, actor=dealer, now=NOW)
        cart = put_in_cart({}, node_id=shop.dealer, actor=dealer, now=NOW, details=Details())
        assert cart.choices == {choice.pk: [2]}
        assert given(submit_order(cart, actor=dealer, now=NOW)) == {"tea": 1}


def test_free_goods_that_are_short_are_dropped_with_a_remark(shop, act_as, publish):
    one = publish("buy_get", {"buy": 10, "get": 1}, budget=Decimal(100))
    with act_as("dealer") as dealer:
        order = ordered(shop, dealer, 95)  # five of a hundred are left for nine free ones
        assert given(order) == {"water": 5}
        assert told(order) == ["“Gifts”: free goods short: 4 bottles of water, out of stock."]
    assert charged(one) == 10  # five at 2.00, not nine


def test_goods_for_which_nothing_is_left_stop_no_order(shop, act_as, publish):
    publish("buy_get", {"buy": 10, "get": 1})
    with act_as("dealer") as dealer:
        order = ordered(shop, dealer, 100)
        assert (order.status, order.total, given(order)) == ("submitted", 200, {})
        assert len(told(order)) == 1


def test_a_paid_line_that_is_short_is_refused_without_its_free_goods(shop, act_as, publish):
    publish("buy_get", {"buy": 10, "get": 1})
    with act_as("dealer") as dealer, pytest.raises(StockShort) as refused:
        ordered(shop, dealer, 101)
    assert [row["row"] for row in refused.value.rows] == [1]


def test_a_gift_no_longer_sold_counts_as_out_of_stock(shop, act_as, choice, cup):
    Sku.objects.filter(pk=cup.pk).update(status="inactive")
    with act_as("dealer") as dealer:
        assert given(ordered(shop, dealer)) == {"tea": 1}


def test_a_gift_taken_by_another_meanwhile_asks_to_send_again(shop, act_as, choice, monkeypatch):
    from yunhe.trade.orders.services import gifting

    seen = gifting.stock_for_free

    def early(*asked, **more):
        """The stock as it was before somebody else took the cups."""
        found = seen(*asked, **more)
        found.left = {key: left + 7 for key, left in found.left.items()}
        return found

    monkeypatch.setattr(gifting, "stock_for_free", early)
    with act_as("dealer") as dealer, pytest.raises(GiftsGone):
        ordered(shop, dealer, 50, choices={choice.pk: [1]})


def test_orders_of_a_file_share_what_there_is(shop, ops, choice):
    orders = [
        NewOrder(node_id=shop.dealer, lines=[shop.line(shop.water, 20)], key=f"f:{at}")
        for at in range(2)
    ]
    placed = place_orders(orders, actor=ops, now=NOW, submit=True)
    assert (len(placed.submitted), placed.faults) == (2, [])
    found = [given(order_for(pk)) for pk in placed.order_ids]
    assert found == [{"cup": 2}, {"tea": 2}]  # one cup was left: too few for the second


def test_the_cart_offers_the_gifts_and_keeps_the_choice(shop, choice):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    cart, name = reverse("orders_portal:cart"), f"gift-{choice.pk}"
    wishes = {f"quantity-{shop.water.pk}": "10", f"unit-{shop.water.pk}": "bottle"}
    client.post(reverse("orders_portal:catalogue"), wishes | {"then": "cart"})
    page = client.get(cart)
    gifts = page.context["offer"]["offers"][0]["gifts"]
    assert [(one["name"], one["there"], one["chosen"]) for one in gifts] == [
        ("bag", False, False),
        ("cup", True, True),
        ("tea", True, False),
    ]
    html = page.content.decode()
    assert f'type="radio" name="{name}" value="0" disabled' in html
    assert f'type="radio" name="{name}" value="1" checked' in html
    assert "bag is out of stock, cup comes instead." in html
    seen = page.context["seen"]
    client.post(cart, {name: "2", "seen": seen})
    page = client.get(cart)
    assert [one["name"] for one in page.context["offer"]["free"]] == ["tea"]
    answer = client.post(cart, {name: "2", "seen": page.context["seen"], "then": "submit"})
    assert answer.status_code == 302
    assert given(order_for(int(answer.url.rstrip("/").rpartition("/")[2]))) == {"tea": 1}


def test_the_api_takes_and_shows_the_choice(shop, choice):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    line = {"sku": "water", "unit": "bottle", "quantity": "10"}
    tried = client.post(
        "/api/v1/promotions/basket", {"lines": [line]}, content_type="application/json"
    ).json()
    assert [(one["promotion_id"], one["pick"]) for one in tried["offers"]] == [(choice.pk, 1)]
    assert [one["sku"] for one in tried["offers"][0]["gifts"]] == ["bag", "cup", "tea"]
    body = {"lines": [line], "submit": True, "choices": {choice.pk: [0]}}
    placed = client.post("/api/v1/orders/", body, content_type="application/json")
    assert placed.status_code == 201, placed.content
    order = client.get(f"/api/v1/orders/{placed.json()['id']}").json()
    assert order["choices"] == {str(choice.pk): [0]}
    assert order["remarks"] == ["“Gifts”: bag is out of stock, cup comes instead."]
    spoilt = client.post(
        "/api/v1/orders/", body | {"choices": {"x": [-1]}}, content_type="application/json"
    )
    assert spoilt.status_code == 422


def test_the_column_gift_of_a_file_picks_by_product(shop, ops, choice, bag):
    file = (
        "订单,经销商,商品,数量,赠品\nA,D1,water,10,tea\nA,D1,tea,1,\nB,D1,water,10,\n"
        f"C,D1,water,20,{bag.code}\n"
    )
    placed = place_file("o.csv", file.encode(), actor=ops, now=NOW)
    assert placed.faults == []
    a, b, c = (order_for(pk) for pk in placed.order_ids)
    assert (given(a), a.choices) == ({"tea": 1}, {choice.pk: [2]})
    assert (given(b), b.choices) == ({"cup": 1}, {})
    # the bag is out of stock, the next gift comes instead
    assert (c.choices, given(c)) == ({choice.pk: [0]}, {"cup": 2})
    again = place_file("o.csv", file.encode(), actor=ops, now=NOW)
    assert (again.repeated, again.faults) == (3, [])


def test_a_gift_that_is_not_offered_is_named_beside_its_row(shop, ops, choice, cup):
    file = (
        "order,partner,product,qty,gift\nA,D1,water,10,water\nB,D1,water,9,tea\nC,D1,water,10,tea\n"
        "C,D1,tea,1,cup\nD,D1,water,10,cup\n"
    )
    with translation.override("en"), pytest.raises(LinesRefused) as caught:
        place_file("o.csv", file.encode(), actor=ops, now=NOW)
    assert [(row["row"], row["message"]) for row in caught.value.rows] == [
        (2, "“water” is not among the gifts offered: bag, cup, tea."),
        (3, "There is no gift to choose with this order: “tea”."),
        (5, "“Gifts” gives 1 of its gifts; “cup” is one too many."),
    ]
    with pytest.raises(LinesRefused) as caught:
        place_file("p.csv", file.replace(",water\nB", ",nothing\nB").encode(), actor=ops, now=NOW)
    assert [row["row"] for row in caught.value.rows] == [2]
    assert not Order.objects.exists()
