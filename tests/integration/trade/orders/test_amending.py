"""Amend, substitute, re-price, reopen, close short: what is held is exactly what is open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from yunhe.goods.stock.queries import available
from yunhe.money.ledger.queries import credit_of
from yunhe.money.ledger.services import set_credit_limit
from yunhe.platform.capacity.models import Account
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.models import OutboxEvent
from yunhe.trade.orders.errors import CreditShort, IllegalMove, LinesRefused, StockShort
from yunhe.trade.orders.queries import lines_of, order_for, steps_of
from yunhe.trade.orders.services import (
    amend_order,
    close_short,
    create_order,
    price_changes,
    receive_order,
    reopen_order,
    reprice_order,
    ship_order,
    submit_order,
    substitute_line,
)
from yunhe.trade.pricing.models import Price

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def place(shop, actor, *lines, **more):
    placed = create_order(node_id=shop.dealer, lines=lines, actor=actor, now=NOW, **more)
    return order_for(placed.order_id)


def left(shop):
    found = available(shop.hq, [shop.tea.pk, shop.water.pk])
    return found[shop.tea.pk], found[shop.water.pk], credit_of(shop.dealer).reserved


def test_amending_holds_the_deltas_up_and_down(shop, act_as):
    with act_as("dealer") as dealer:
        order = place(
            shop, dealer, shop.line(shop.tea, 2, "case"), shop.line(shop.water, 10), submit=True
        )
    assert left(shop) == (76, 90, 104)
    with act_as("dealer") as dealer:
        tea, water = lines_of(order)
        order = amend_order(
            order,
            quantities={tea.pk: Decimal(3), water.pk: Decimal(0)},
            more=[shop.line(shop.water, 4)],
            actor=dealer,
            now=NOW,
        )
        # 3 cases of 12 at 42.00, and 4 bottles at 2.00
        assert (order.total, order.line_count, order.status) == (134, 2, "submitted")
        assert [(line.row, line.base_quantity, line.amount) for line in lines_of(order)] == [
            (1, 36, 126),
            (3, 4, 8),
        ]
        assert [step.action for step in steps_of(order)][-1] == "amend"
    assert left(shop) == (64, 96, 134)
    event = OutboxEvent.objects.get(type="yunhe.orders.order.amended.v1").data
    assert (Decimal(event["before"]), Decimal(event["amount"])) == (104, 134)


def test_an_amendment_beyond_stock_or_credit_changes_nothing(shop, act_as, ops):
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 10), submit=True)
        [line] = lines_of(order)
        with pytest.raises(StockShort) as refused, transaction.atomic():
            amend_order(order, quantities={line.pk: Decimal(101)}, actor=dealer, now=NOW)
        assert refused.value.rows[0]["available"] == "100"
    set_credit_limit(node_id=shop.dealer, amount=Decimal(30), reason="", actor=ops, now=NOW)
    with act_as("dealer") as dealer:
        with pytest.raises(CreditShort), transaction.atomic():
            amend_order(order, quantities={line.pk: Decimal(16)}, actor=dealer, now=NOW)
        amend_order(order, quantities={line.pk: Decimal(15)}, actor=dealer, now=NOW)
    assert left(shop) == (100, 85, 30)


def test_a_partly_shipped_order_amends_what_is_open_only(shop, act_as):
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.tea, 10), confirm=True)
        [line] = lines_of(order)
        order = ship_order(order, quantities={line.pk: Decimal(4)}, actor=ops, now=NOW)
        with pytest.raises(LinesRefused), transaction.atomic():
            amend_order(order, quantities={line.pk: Decimal(3)}, actor=ops, now=NOW)
        amend_order(order, quantities={line.pk: Decimal(6)}, actor=ops, now=NOW)
    # 4 of 6 at 3.50 shipped and invoiced; 2 held
    assert left(shop) == (94, 100, 7)
    assert credit_of(shop.dealer).committed == 14


def test_a_substitute_takes_the_place_of_what_is_open(shop, act_as):
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.tea, 10), confirm=True)
        [line] = lines_of(order)
        order = ship_order(order, quantities={line.pk: Decimal(4)}, actor=ops, now=NOW)
        order = substitute_line(order, line.pk, by=shop.line(shop.water, 6), actor=ops, now=NOW)
        tea, water = lines_of(order)
        assert (tea.dropped, tea.open_quantity) == (6, 0)
        assert (water.replaces_id, water.amount) == (tea.pk, 12)
        assert order.total == 26  # 4 × 3.50 + 6 × 2.00
    assert left(shop) == (96, 94, 12)
    with act_as("ops") as ops:
        assert ship_order(order_for(order.pk), actor=ops, now=NOW).status == "shipped"
    assert credit_of(shop.dealer).committed == 26
    assert not Account.objects.exclude(reserved=0).exists()


def test_closing_short_gives_back_the_rest_and_the_order_goes_on(shop, act_as):
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.tea, 7), shop.line(shop.water, 5), confirm=True)
        tea, _water = lines_of(order)
        order = ship_order(order, quantities={tea.pk: Decimal(3)}, actor=ops, now=NOW)
        order = close_short(order, actor=ops, now=NOW)
        assert (order.status, order.total) == ("shipped", Decimal("10.50"))
    assert left(shop) == (97, 100, 0)
    with act_as("dealer") as dealer:
        assert receive_order(order_for(order.pk), actor=dealer, now=NOW).status == "received"


def test_prices_change_only_when_somebody_says_so_and_the_difference_is_shown(shop, act_as):
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.tea, 10), shop.line(shop.water, 5), submit=True)
    Price.objects.filter(sku=shop.tea).update(price=Decimal("4"))
    with act_as("ops") as ops:
        [change] = price_changes(order, now=NOW)
        assert (change.unit_price, change.amount, change.difference) == (4, 40, 5)
        assert reprice_order(order, actor=ops, now=NOW).total == 50
        assert price_changes(order, now=NOW) == []
    assert left(shop)[2] == 50


def test_a_reopened_order_holds_nothing_and_passes_credit_again(shop, act_as, ops):
    with act_as("dealer") as dealer:
        order = place(shop, dealer, shop.line(shop.water, 50), submit=True)
        order = reopen_order(order, actor=dealer, now=NOW)
        assert order.status == "draft"
    assert left(shop) == (100, 100, 0)
    set_credit_limit(node_id=shop.dealer, amount=Decimal(99), reason="", actor=ops, now=NOW)
    with act_as("dealer") as dealer, pytest.raises(CreditShort), transaction.atomic():
        submit_order(order, actor=dealer, now=NOW)
    assert left(shop) == (100, 100, 0)


def test_who_may_amend_and_reopen_what(shop, act_as):
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.water, 5), confirm=True)
    with act_as("dealer") as dealer:
        [line] = lines_of(order)
        with pytest.raises(NotAllowed):
            amend_order(order, quantities={line.pk: Decimal(1)}, actor=dealer, now=NOW)
        with pytest.raises(NotAllowed):
            reopen_order(order, actor=dealer, now=NOW)
    with act_as("ops") as ops:
        with pytest.raises(LinesRefused), transaction.atomic():
            amend_order(order, quantities={line.pk: Decimal(0)}, actor=ops, now=NOW)
        ship_order(order, actor=ops, now=NOW)
        with pytest.raises(IllegalMove):
            amend_order(order, quantities={line.pk: Decimal(1)}, actor=ops, now=NOW)
