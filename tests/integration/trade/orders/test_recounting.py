"""Promotions of a placed order are counted anew on what remains of it, to the cent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from yunhe.money.ledger.models import Entry
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import owner_access
from yunhe.platform.accounts.models import User
from yunhe.platform.capacity.models import Account
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.queries import lines_of, order_for, why_price
from yunhe.trade.orders.services import (
    NewPart,
    amend_order,
    close_short,
    create_order,
    price_changes,
    receive_order,
    reprice_order,
    ship_order,
    split_order,
    substitute_line,
)
from yunhe.trade.pricing.models import Price
from yunhe.trade.promotions.errors import UsedUp
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
D = Decimal


@pytest.fixture
def promote(shop, ops):
    def make(kind, definition, **terms):
        node = Node.objects.get(pk=shop.hq)
        told = {"name": "Autumn", "valid_from": date(2026, 11, 1), "stacking": "additive"}
        draft = PromotionDraft(**told | {"kind": kind, "definition": definition} | terms)
        one = create_promotion(node, code=f"P-{kind}", draft=draft, actor=ops)
        submit_promotion(one, actor=ops, now=NOW)
        return publish_promotion(one, actor=ops, now=NOW)

    return make


@pytest.fixture
def buy_ten(shop, promote):
    """Buy ten bottles of water (2.00), get one free; 100.00 of budget, three orders a partner."""
    return promote(
        "buy_get",
        {"buy": 10, "get": 1},
        selector={"skus": [shop.water.pk]},
        budget=D(100),
        partner_uses=3,
    )


def place(shop, actor, *lines, **more):
    placed = create_order(node_id=shop.dealer, lines=lines, actor=actor, now=NOW, **more)
    return order_for(placed.order_id)


def rows(order):
    return [(one.sku.code, one.quantity, one.amount) for one in lines_of(order)]


def used(kind, key):
    with owner_access("test"):
        account = Account.objects.get(kind=kind, key=key)
    return account.reserved, account.committed


def books():
    with owner_access("test"):
        return list(Entry.objects.order_by("pk").values_list("kind", "amount"))


def test_amending_counts_free_goods_budgets_and_uses_by_the_delta(shop, act_as, buy_ten):
    budget, own = str(buy_ten.pk), f"{buy_ten.pk}:{shop.dealer}"
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 20), submit=True)
        assert rows(order) == [("water", 20, 40), ("water", 2, 0)]
        assert (used(BUDGET, budget), used(USES, own)) == ((4, 0), (1, 0))
        paid, _free = lines_of(order)
        order = amend_order(order, quantities={paid.pk: D(10)}, actor=dealer, now=NOW)
        assert rows(order) == [("water", 10, 20), ("water", 1, 0)]
        assert (used(BUDGET, budget), used(USES, own)) == ((2, 0), (1, 0))
        order = amend_order(order, quantities={paid.pk: D(9)}, actor=dealer, now=NOW)
        assert rows(order) == [("water", 9, 18)]
        assert (used(BUDGET, budget), used(USES, own)) == ((0, 0), (0, 0))
        order = amend_order(
            order, quantities={paid.pk: D(30)}, more=[shop.line(shop.tea, 1)], actor=dealer, now=NOW
        )
        assert rows(order) == [("water", 30, 60), ("tea", 1, D("3.50")), ("water", 3, 0)]
        assert (used(BUDGET, budget), used(USES, own)) == ((6, 0), (1, 0))
        assert order.total == D("63.50")
    assert credit_of(shop.dealer).reserved == D("63.50")


def test_a_discount_follows_the_whole_basket(shop, act_as, promote):
    promote("threshold", {"measure": "spend", "steps": [{"floor": "50", "percent": "10"}]})
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 20), shop.line(shop.tea, 4), submit=True)
        # 40.00 + 14.00 = 54.00, ten per cent off
        assert [amount for _sku, _q, amount in rows(order)] == [36, D("12.60")]
        water, tea = lines_of(order)
        order = amend_order(order, quantities={tea.pk: D(2)}, actor=dealer, now=NOW)
        assert (order.total, [line.discount for line in lines_of(order)]) == (47, [0, 0])
        with translation.override("en"):
            assert "off" not in why_price(water.__class__.objects.get(pk=water.pk))
        order = amend_order(order, quantities={tea.pk: D(4)}, actor=dealer, now=NOW)
        assert order.total == D("48.60")
        order = substitute_line(order, tea.pk, by=shop.line(shop.water, 5), actor=dealer, now=NOW)
        # tea is given up; 40.00 + 10.00 = 50.00, ten per cent off
        assert order.total == 45
    assert credit_of(shop.dealer).reserved == 45


def test_amending_a_partly_shipped_order_corrects_what_was_invoiced(shop, act_as, promote):
    one = promote(
        "threshold",
        {"measure": "spend", "steps": [{"floor": "100", "percent": "10"}]},
        budget=D(100),
    )
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.water, 50), confirm=True)
        [line] = lines_of(order)
        order = ship_order(order, quantities={line.pk: D(20)}, actor=ops, now=NOW)
        assert (books(), used(BUDGET, str(one.pk))) == ([("invoice", 36)], (0, 10))
        order = amend_order(order, quantities={line.pk: D(40)}, actor=ops, now=NOW)
        # 80.00 earn nothing: the 20 bottles sent are 40.00, of which 36.00 are invoiced
        assert (order.total, used(BUDGET, str(one.pk))) == (80, (0, 0))
        assert books() == [("invoice", 36), ("invoice", 4)]
        order = amend_order(order, quantities={line.pk: D(60)}, actor=ops, now=NOW)
        assert (order.total, used(BUDGET, str(one.pk))) == (108, (0, 12))
        assert books() == [("invoice", 36), ("invoice", 4), ("credit_note", -4)]
        order = ship_order(order_for(order.pk), actor=ops, now=NOW)
        assert books()[-1] == ("invoice", 72)
    assert sum(amount for _kind, amount in books()) == 108
    assert not Account.objects.exclude(reserved=0).exists()


def test_closing_short_takes_back_what_is_no_longer_earned(shop, act_as, buy_ten):
    budget = str(buy_ten.pk)
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.water, 10), confirm=True)
        _paid, free = lines_of(order)
        order = ship_order(order, quantities={free.pk: D(1)}, actor=ops, now=NOW)
        assert (books(), used(BUDGET, budget)) == ([], (0, 2))
        order = close_short(order, actor=ops, now=NOW)
        # the free bottle was sent and nothing was bought: it costs what a bottle costs
        assert (order.total, books(), used(BUDGET, budget)) == (2, [("invoice", 2)], (0, 0))
        with translation.override("en"):
            told = why_price(lines_of(order)[1])
        assert "does not earn 1 bottle of them: charged at ¥2.00" in told
    with act_as("dealer") as dealer:
        assert receive_order(order_for(order.pk), actor=dealer, now=NOW).status == "received"
    assert not Account.objects.exclude(reserved=0).exists()


def test_closing_short_charges_the_discount_that_was_lost(shop, act_as, promote):
    promote("threshold", {"measure": "spend", "steps": [{"floor": "100", "percent": "10"}]})
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.water, 50), confirm=True)
        [line] = lines_of(order)
        order = ship_order(order, quantities={line.pk: D(30)}, actor=ops, now=NOW)
        order = close_short(order, actor=ops, now=NOW)
        assert (order.total, books()) == (60, [("invoice", 54), ("invoice", 6)])
        assert lines_of(order)[0].discount == 0


def test_free_goods_that_are_given_up_take_no_budget(shop, act_as, buy_ten):
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.water, 20), confirm=True)
        paid, _free = lines_of(order)
        order = ship_order(order, quantities={paid.pk: D(20)}, actor=ops, now=NOW)
        order = close_short(order, actor=ops, now=NOW)
        assert (order.total, books()) == (40, [("invoice", 40)])
    assert used(BUDGET, str(buy_ten.pk)) == (0, 0)


def test_more_than_a_budget_has_left_is_not_given(shop, act_as, promote, ops):
    one = promote("buy_get", {"buy": 10, "get": 1}, selector={"skus": [shop.water.pk]}, budget=D(4))
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 20), submit=True)
        paid, _free = lines_of(order)
        order = amend_order(order, quantities={paid.pk: D(30)}, actor=dealer, now=NOW)
        # three bottles would be worth 6.00: the promotion no longer fits its budget, as from the cart
        assert rows(order) == [("water", 30, 60)]
    assert used(BUDGET, str(one.pk)) == (0, 0)


def test_a_budget_taken_meanwhile_refuses_the_amendment(shop, act_as, buy_ten, monkeypatch):
    from yunhe.platform.capacity import services as capacity
    from yunhe.trade.orders.services import recounting

    counted = recounting.promotion_book

    def slow(*asked, **told):
        book = counted(*asked, **told)
        capacity.reserve(BUDGET, {str(buy_ten.pk): 96}, ref="order:other")
        return book

    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 20), submit=True)
        paid, _free = lines_of(order)
        monkeypatch.setattr(recounting, "promotion_book", slow)
        with pytest.raises(UsedUp), transaction.atomic():
            amend_order(order, quantities={paid.pk: D(30)}, actor=dealer, now=NOW)
        assert rows(order) == [("water", 20, 40), ("water", 2, 0)]


def test_free_goods_are_not_changed_by_hand(shop, act_as, buy_ten):
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 10), submit=True)
        _paid, free = lines_of(order)
        with pytest.raises(LinesRefused) as refused, transaction.atomic():
            amend_order(order, quantities={free.pk: D(5)}, actor=dealer, now=NOW)
        assert [row["row"] for row in refused.value.rows] == [2]
        with pytest.raises(LinesRefused), transaction.atomic():
            substitute_line(order, free.pk, by=shop.line(shop.tea, 5), actor=dealer, now=NOW)
        assert price_changes(order, now=NOW) == []


def test_repricing_counts_promotions_on_the_new_prices(shop, act_as, promote):
    promote("percent", {"percent": "10"})
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 10), submit=True)
        assert order.total == 18
    Price.objects.filter(sku=shop.water).update(price=D(3))
    with act_as("dealer") as dealer:
        [change] = price_changes(order, now=NOW)
        assert (change.unit_price, change.amount, change.difference) == (3, 30, 10)
        order = reprice_order(order, actor=dealer, now=NOW)
        assert (order.total, lines_of(order)[0].discount) == (27, 3)


def test_new_free_goods_are_what_is_in_stock_and_those_held_stay(shop, act_as, buy_ten):
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 80), submit=True)
        assert rows(order) == [("water", 80, 160), ("water", 8, 0)]
        paid, _free = lines_of(order)
        order = amend_order(order, quantities={paid.pk: D(95)}, actor=dealer, now=NOW)
        # nine are earned; 95 of the 100 bottles are paid, five are left
        assert rows(order) == [("water", 95, 190), ("water", 5, 0)]
        assert [remark["quantity"] for remark in order_for(order.pk).gift_remarks] == ["4"]
    assert used(BUDGET, str(buy_ten.pk)) == (10, 0)


def test_free_goods_shipped_already_stay_when_the_rest_is_amended(shop, act_as, buy_ten):
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.water, 80), confirm=True)
        paid, free = lines_of(order)
        order = ship_order(order, quantities={paid.pk: D(40), free.pk: D(8)}, actor=ops, now=NOW)
        order = amend_order(order, quantities={paid.pk: D(90)}, actor=ops, now=NOW)
        # 12 bottles are left of 100: 10 are paid for, 2 could be free; the ninth is one of them
        assert rows(order) == [("water", 90, 180), ("water", 9, 0)]
        order = amend_order(order, quantities={paid.pk: D(50)}, actor=ops, now=NOW)
        # five are earned, eight were sent: three are charged
        assert rows(order) == [("water", 50, 100), ("water", 8, 6)]
        assert (order.total, books()) == (106, [("invoice", 80), ("invoice", 6)])


def test_the_pages_offer_what_can_be_done(shop, act_as, buy_ten, client, ops):
    client.force_login(User.objects.get(pk=shop.people["ops"]))
    order = place(shop, ops, shop.line(shop.water, 20), confirm=True)
    paid, free = lines_of(order)
    amend = reverse("orders:amend", args=[order.pk])
    assert amend in client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    page = client.get(amend).content.decode()
    assert f'name="quantity-{paid.pk}"' in page
    assert f'name="quantity-{free.pk}"' not in page
    assert client.post(amend, {f"quantity-{paid.pk}": "10"}).status_code == 302
    assert rows(order) == [("water", 10, 20), ("water", 1, 0)]
    whole = [NewPart(supplier_id=shop.hq, quantities={1: D(10), 2: D(1)})]
    [part] = split_order(order_for(order.pk), whole, actor=ops, now=NOW)
    page = client.get(reverse("orders:detail", args=[part.pk])).content.decode()
    assert reverse("orders:amend", args=[part.pk]) in page
