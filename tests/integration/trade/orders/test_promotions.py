"""Orders with promotions: amounts, free goods, budgets held, taken and given back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from yunhe.platform.access.models import Node
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded, Shortage
from yunhe.platform.capacity.models import Account
from yunhe.trade.orders.errors import StockShort
from yunhe.trade.orders.gates import Asking, GateLine
from yunhe.trade.orders.queries import lines_of, order_for, why_price
from yunhe.trade.orders.services import (
    NewOrder,
    Wish,
    cancel_order,
    confirm_order,
    create_order,
    order_again,
    place_orders,
    put_in_cart,
    ship_order,
    submit_order,
)
from yunhe.trade.orders.services.holding import explain
from yunhe.trade.promotions.errors import UsedUp
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
def promote(shop, ops):
    def make(**terms):
        node = Node.objects.get(pk=shop.hq)
        count = str(len(terms) + terms.get("priority", 0))
        draft = PromotionDraft(**{"name": "Autumn", "valid_from": date(2026, 11, 1)} | terms)
        one = create_promotion(node, code=f"{terms['kind']}-{count}", draft=draft, actor=ops)
        submit_promotion(one, actor=ops, now=NOW)
        return publish_promotion(one, actor=ops, now=NOW)

    return make


def buy_ten(shop, promote, **more):
    return promote(
        kind="buy_get",
        definition={"buy": 10, "get": 1},
        selector={"skus": [shop.water.pk]},
        stacking="additive",
        **more,
    )


def used(kind, key):
    account = Account.objects.get(kind=kind, key=key)
    return account.reserved, account.committed


def test_free_goods_and_discounts_are_written_with_their_reasons(shop, act_as, promote):
    buy_ten(shop, promote)
    promote(kind="percent", definition={"percent": "10"}, stacking="additive", name="Ten")
    with act_as("dealer") as dealer:
        lines = [shop.line(shop.water, 15), shop.line(shop.tea, 1, "case")]
        placed = create_order(node_id=shop.dealer, lines=lines, actor=dealer, now=NOW, submit=True)
        # 15 × 2.00 = 30.00 and 12 × 3.50 = 42.00, 10 % off each; one bottle of water is free
        assert placed.total == Decimal("64.80")
        order = order_for(placed.order_id)
        rows = [(one.sku_id, one.quantity, one.amount, one.discount) for one in lines_of(order)]
        assert rows == [
            (shop.water.pk, 15, 27, 3),
            (shop.tea.pk, 1, Decimal("37.80"), Decimal("4.20")),
            (shop.water.pk, 1, 0, 0),
        ]
        with translation.override("en"):
            reasons = [why_price(one) for one in lines_of(order)]
        assert "“Ten” on ¥30.00: ¥3.00 off, ¥27.00 left." in reasons[0]
        assert reasons[2] == "Free goods of “Autumn”."
    assert capacity.available("stock", [f"{shop.hq}:{shop.water.pk}"]) == {
        f"{shop.hq}:{shop.water.pk}": 84
    }
    assert capacity.available("credit", [str(shop.dealer)]) == {str(shop.dealer): Decimal("935.20")}


def test_a_cart_shows_the_discount_and_gets_free_goods_at_submission(shop, act_as, promote):
    buy_ten(shop, promote)
    with act_as("dealer") as dealer:
        wishes = {shop.water.pk: Wish("bottle", Decimal(20))}
        cart = put_in_cart(wishes, node_id=shop.dealer, actor=dealer, now=NOW)
        assert cart.lines.count() == 1
        order = submit_order(cart, actor=dealer, now=NOW)
        assert [one.quantity for one in lines_of(order)] == [20, 2]
        again = order_again(order, actor=dealer, now=NOW)
        assert [one.quantity for one in lines_of(again)] == [20]


def test_budgets_are_held_taken_and_given_back(shop, act_as, promote, ops):
    one = buy_ten(shop, promote, budget=Decimal(10), partner_uses=2)
    key, own = str(one.pk), f"{one.pk}:{shop.dealer}"
    with act_as("dealer") as dealer:
        lines = [shop.line(shop.water, 20)]
        placed = create_order(node_id=shop.dealer, lines=lines, actor=dealer, now=NOW, submit=True)
    assert (used(BUDGET, key), used(USES, own)) == ((4, 0), (1, 0))
    with act_as("dealer") as dealer:
        cancel_order(order_for(placed.order_id), reason="", actor=dealer, now=NOW)
    assert (used(BUDGET, key), used(USES, own)) == ((0, 0), (0, 0))
    with act_as("dealer") as dealer:
        placed = create_order(node_id=shop.dealer, lines=lines, actor=dealer, now=NOW, submit=True)
    order = confirm_order(order_for(placed.order_id), actor=ops, now=NOW)
    ship_order(order, actor=ops, now=NOW)
    assert (used(BUDGET, key), used(USES, own)) == ((0, 4), (0, 1))


def test_a_budget_that_ran_out_meanwhile_refuses(shop, act_as, promote, monkeypatch):
    one = buy_ten(shop, promote, budget=Decimal(4))
    from yunhe.trade.orders.services import offering

    seen = offering.basket_from

    def slow(*asked, **more):
        basket = seen(*asked, **more)
        capacity.reserve(BUDGET, {str(one.pk): 4}, ref="order:other")
        return basket

    monkeypatch.setattr(offering, "basket_from", slow)
    with act_as("dealer") as dealer, pytest.raises(UsedUp, match="Autumn"):
        create_order(
            node_id=shop.dealer,
            lines=[shop.line(shop.water, 20)],
            actor=dealer,
            now=NOW,
            submit=True,
        )


def test_orders_of_a_file_get_the_same_promotions(shop, ops, promote):
    buy_ten(shop, promote)
    orders = [
        NewOrder(node_id=shop.dealer, lines=[shop.line(shop.water, 15)], key="f:1"),
        NewOrder(node_id=shop.dealer, lines=[shop.line(shop.water, 5)], key="f:2"),
    ]
    placed = place_orders(orders, actor=ops, now=NOW, submit=True)
    assert (len(placed.submitted), placed.faults) == (2, [])
    first, second = (order_for(pk) for pk in placed.order_ids)
    # 15 × 2.00, one bottle free; five bottles earn nothing
    assert [(one.quantity, one.amount) for one in lines_of(first)] == [(15, 30), (1, 0)]
    assert (first.total, first.line_count, second.line_count) == (30, 2, 1)


def test_a_use_that_is_left_goes_to_the_first_order_of_a_file(shop, ops, promote):
    one = buy_ten(shop, promote, partner_uses=1)
    orders = [
        NewOrder(node_id=shop.dealer, lines=[shop.line(shop.water, quantity)], key=f"f:{quantity}")
        for quantity in (10, 20, 30)
    ]
    placed = place_orders(orders, actor=ops, now=NOW, submit=True)
    assert (len(placed.submitted), placed.faults) == (3, [])
    rows = [[one.quantity for one in lines_of(order_for(pk))] for pk in placed.order_ids]
    # the others are as they would be from the cart: submitted, without the promotion
    assert rows == [[10, 1], [20], [30]]
    assert used(USES, f"{one.pk}:{shop.dealer}") == (1, 0)


@pytest.mark.parametrize("count", [1, 20])
def test_orders_with_promotions_take_the_same_statements_whatever_their_number(
    shop, ops, promote, count
):
    buy_ten(shop, promote, budget=Decimal(100), partner_uses=30)
    orders = [
        NewOrder(node_id=node, lines=[shop.line(shop.water, 2)], key=f"f:{at}")
        for at in range(count)
        for node in (shop.dealer, shop.other)
    ]
    orders[0] = NewOrder(node_id=shop.dealer, lines=[shop.line(shop.water, 10)], key="f:ten")
    with CaptureQueriesContext(connection) as queries:
        placed = place_orders(orders, actor=ops, now=NOW, submit=True)
    assert len(placed.submitted) == 2 * count
    told = [q["sql"] for q in queries if "promotions_" in q["sql"]]
    # what holds, the facts of the products; then the uses of partners, whatever they are
    assert len(told) == 2
    assert len([q for q in queries if "capacity_set_limits" in q["sql"]]) == 1


def test_a_shortage_is_one_sentence_a_product_and_free_goods_stand_back(shop, act_as, promote):
    buy_ten(shop, promote)
    supply = f"{shop.hq}:{shop.water.pk}"
    capacity.reserve("stock", {supply: 50}, ref="order:other")
    lines = [shop.line(shop.tea, 1), shop.line(shop.water, 40), shop.line(shop.water, 20)]
    with (
        translation.override("en"),
        act_as("dealer") as dealer,
        pytest.raises(StockShort) as refused,
    ):
        create_order(node_id=shop.dealer, lines=lines, actor=dealer, now=NOW, submit=True)
    [row] = refused.value.rows
    assert "water: 60 bottles ordered, 50 available. Reduce the line." in row["message"]
    assert (row["row"], row["asked"], row["free"], row["available"]) == (2, "60", "0", "50")


@pytest.mark.parametrize(
    ("left", "at", "told"),
    [
        (50, 1, "together 66 bottles, 6 of them free; 50 available. Reduce the line."),
        (60, 2, "only the free goods are short. With 6 free it is 66 bottles, 60 available"),
    ],
)
def test_what_ran_out_meanwhile_is_told_with_the_free_goods_in_it(shop, ops, left, at, told):
    lines = [
        GateLine(1, shop.water.pk, "bottle", Decimal(60), Decimal(60), Decimal(120)),
        GateLine(2, shop.water.pk, "bottle", Decimal(6), Decimal(6), Decimal(0), free=True),
    ]
    asking = Asking(
        node_id=shop.dealer,
        supplier_id=shop.hq,
        on=date(2026, 11, 22),
        now=NOW,
        actor=ops,
        lines=lines,
        total=Decimal(120),
        currency="CNY",
        kind="standard",
    )
    key = f"{shop.hq}:{shop.water.pk}"
    short = CapacityExceeded("stock", [Shortage(key, Decimal(66), Decimal(left))])
    with translation.override("en"):
        [row] = explain(short, asking).rows
    assert told in row["message"]
    assert (row["row"], row["asked"], row["free"]) == (at, "66", "6")


def test_a_shortage_in_a_file_names_the_row_that_was_written(shop, ops, promote):
    buy_ten(shop, promote)
    lines = [shop.line(shop.tea, 1), shop.line(shop.water, 101)]
    order = NewOrder(node_id=shop.dealer, lines=lines, rows=[7, 9], key="f:1")
    placed = place_orders([order], actor=ops, now=NOW, submit=True)
    assert [row["row"] for row in placed.faults] == [9]
