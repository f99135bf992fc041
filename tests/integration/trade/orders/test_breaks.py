"""Quantity breaks: a smaller quantity has the price it would have had; more keeps the agreed one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.queries import lines_of, order_for, why_price
from yunhe.trade.orders.services import (
    NewPart,
    amend_order,
    close_short,
    create_order,
    reprice_order,
    ship_order,
    split_order,
)
from yunhe.trade.pricing.models import Price, PriceList

NOW = timezone.now()
D = Decimal


@pytest.fixture
def breaks(shop):
    """Water: 2.00 a bottle, 1.20 from 50 on."""
    always = DateRange(date(2020, 1, 1), None)
    return Price.objects.create(
        price_list=PriceList.objects.get(code="BASE"),
        sku=shop.water,
        unit="bottle",
        min_quantity=50,
        price=D("1.20"),
        period=always,
    )


def place(shop, actor, quantity, **more):
    lines = [shop.line(shop.water, quantity)]
    placed = create_order(node_id=shop.dealer, lines=lines, actor=actor, now=NOW, **more)
    return order_for(placed.order_id)


def test_a_quantity_below_the_break_has_the_price_for_it(shop, act_as, breaks):
    with act_as("dealer") as dealer:
        order = place(shop, dealer, 100, submit=True)
        assert order.total == 120
        [line] = lines_of(order)
        order = amend_order(order, quantities={line.pk: D(50)}, actor=dealer, now=NOW)
        assert order.total == 60
        order = amend_order(order, quantities={line.pk: D(1)}, actor=dealer, now=NOW)
        [line] = lines_of(order)
        assert (line.unit_price, order.total) == (2, 2)
        assert "1.2" not in why_price(line)


def test_the_price_is_that_of_the_day_the_order_was_placed(shop, act_as, breaks):
    with act_as("dealer") as dealer:
        order = place(shop, dealer, 100, submit=True)
    day = order.placed_on
    single = Price.objects.get(sku=shop.water, min_quantity=1)
    single.period = DateRange(date(2020, 1, 1), day + timezone.timedelta(days=1))
    single.save()
    later = NOW + timezone.timedelta(days=30)
    with act_as("dealer") as dealer:
        [line] = lines_of(order)
        assert amend_order(order, quantities={line.pk: D(1)}, actor=dealer, now=later).total == 2


def test_more_keeps_its_price_until_somebody_asks_for_todays(shop, act_as, breaks):
    with act_as("dealer") as dealer:
        order = place(shop, dealer, 10, submit=True)
        [line] = lines_of(order)
        order = amend_order(order, quantities={line.pk: D(60)}, actor=dealer, now=NOW)
        assert order.total == 120
        assert reprice_order(order, actor=dealer, now=NOW).total == 72
        # the break is now the price it has, so falling below it counts again
        order = amend_order(order_for(order.pk), quantities={line.pk: D(49)}, actor=dealer, now=NOW)
        assert order.total == 98


def test_no_price_for_so_little_is_refused_by_row(shop, act_as, breaks):
    Price.objects.filter(sku=shop.water, min_quantity=1).delete()
    with act_as("dealer") as dealer:
        order = place(shop, dealer, 60, submit=True)
        [line] = lines_of(order)
        with pytest.raises(LinesRefused) as refused, transaction.atomic():
            amend_order(order, quantities={line.pk: D(10)}, actor=dealer, now=NOW)
        assert refused.value.rows[0]["message"] == str(refused.value.rows[0]["message"])
        assert [row["row"] for row in refused.value.rows] == [1]


def test_what_headquarters_ships_and_closes_keeps_its_price(shop, act_as, breaks):
    with act_as("ops") as ops:
        order = place(shop, ops, 100, confirm=True)
        [line] = lines_of(order)
        order = ship_order(order, quantities={line.pk: D(1)}, actor=ops, now=NOW)
        order = amend_order(order, quantities={line.pk: D(20)}, actor=ops, now=NOW)
        assert order.total == 24
        assert close_short(order, actor=ops, now=NOW).total == D("1.20")


def test_the_parts_of_a_split_order_reach_a_break_together(shop, act_as, breaks, ops):
    order = place(shop, ops, 60, confirm=True)
    parts = [NewPart(supplier_id=shop.hq, quantities={1: D(q)}) for q in (20, 40)]
    first, _second = split_order(order, parts, actor=ops, now=NOW)
    [line] = lines_of(first)
    assert amend_order(first, quantities={line.pk: D(10)}, actor=ops, now=NOW).total == 12
    first = order_for(first.pk)
    # 9 + 40 bottles no longer reach 50
    assert amend_order(first, quantities={line.pk: D(9)}, actor=ops, now=NOW).total == 18
