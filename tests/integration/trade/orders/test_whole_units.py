"""There are whole bottles only, wherever somebody enters a quantity; weighed goods may be divided."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone, translation

from yunhe.goods.stock.errors import MovementRefused
from yunhe.goods.stock.services import record_count
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import lines_of, order_for
from yunhe.trade.orders.services import (
    amend_order,
    create_order,
    receive_order,
    save_template,
    ship_order,
    substitute_line,
)

NOW = timezone.now()
D = Decimal


def place(shop, actor, *lines, **more):
    placed = create_order(node_id=shop.dealer, lines=lines, actor=actor, now=NOW, **more)
    return order_for(placed.order_id)


def test_half_a_case_of_twelve_is_six_bottles_and_a_third_is_none(shop, act_as):
    with act_as("dealer") as dealer:
        assert place(shop, dealer, shop.line(shop.tea, "0.5", "case")).total == 21
        with pytest.raises(LinesRefused) as refused, translation.override("en"):
            place(shop, dealer, shop.line(shop.water, 1), shop.line(shop.tea, "0.333", "case"))
    [row] = refused.value.rows
    assert (row["row"], row["sku_id"]) == (2, shop.tea.pk)
    assert "counted in whole bottles, not 3.996" in row["message"]


def test_what_is_weighed_may_be_divided_to_three_decimals(shop, act_as):
    Sku.objects.filter(pk=shop.water.pk).update(base_unit="kg")
    weighed = [Counted(1, shop.water.pk, D("0.125")), Counted(2, shop.water.pk, D("0.1255"))]
    assert [row["row"] for row in count_faults(weighed)] == [2]
    pieces = [Counted(1, shop.tea.pk, D(-3)), Counted(2, shop.tea.pk, D("-0.5"))]
    assert [row["row"] for row in count_faults(pieces)] == [2]


def test_every_later_step_counts_whole_bottles(shop, act_as):
    half = D("0.5")
    with act_as("ops") as ops:
        order = place(shop, ops, shop.line(shop.tea, 10), confirm=True)
        [line] = lines_of(order)
        refused = []
        for use in (
            lambda: amend_order(order, quantities={line.pk: D("9.5")}, actor=ops, now=NOW),
            lambda: amend_order(
                order, quantities={}, more=[shop.line(shop.water, half)], actor=ops, now=NOW
            ),
            lambda: substitute_line(
                order, line.pk, by=shop.line(shop.water, half), actor=ops, now=NOW
            ),
            lambda: ship_order(order, quantities={line.pk: half}, actor=ops, now=NOW),
        ):
            with pytest.raises(LinesRefused) as error, transaction.atomic():
                use()
            refused.append([row["row"] for row in error.value.rows])
        assert refused == [[1], [1], [1], [1]]
        ship_order(order, actor=ops, now=NOW)
    with act_as("dealer") as dealer:
        with pytest.raises(LinesRefused), transaction.atomic():
            receive_order(order, received={line.pk: half}, actor=dealer, now=NOW)
        lines = [shop.line(shop.water, half)]
        with pytest.raises(LinesRefused), transaction.atomic():
            save_template("Week", lines, node_id=shop.dealer, actor=dealer, now=NOW)


def test_a_count_of_half_a_bottle_is_refused(shop, ops):
    with pytest.raises(MovementRefused) as refused:
        record_count(
            shop.hq,
            {shop.tea.pk: D("99.5")},
            ref="c",
            on=timezone.localdate(NOW),
            actor=ops,
            now=NOW,
        )
    assert [row["sku_id"] for row in refused.value.rows] == [shop.tea.pk]


def test_a_file_names_the_rows_of_parts_and_of_monsters(shop, ops):
    content = "order,partner,product,quantity\nA,D1,tea,1\n\nA,D1,water,0.5\nB,D1,tea,99999999999999999999\n"
    with pytest.raises(LinesRefused) as refused, translation.override("en"):
        place_file("orders.csv", content.encode(), actor=ops, now=NOW)
    told = [(row["row"], row["message"].partition(",")[0]) for row in refused.value.rows]
    assert (4, "water is counted in whole bottles") in told
    assert (5, "tea: the quantity is too large.") in told
    assert not Order.objects.exists()
