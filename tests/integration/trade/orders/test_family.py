"""Promotions of a split order count on its parts together, as if it had never been split."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.integration.trade.orders.test_recounting import (
    books,
    buy_ten,  # noqa: F401  # fixtures
    place,
    promote,  # noqa: F401
    rows,
    used,
)

from yunhe.goods.stock.queries import SUPPLY, available, supply_key
from yunhe.goods.stock.services import GoodsLine, receive_goods
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.capacity import services as capacity
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import is_free, lines_of, order_for
from yunhe.trade.orders.services import (
    NewPart,
    amend_order,
    cancel_order,
    close_short,
    ship_order,
    split_order,
    substitute_line,
)
from yunhe.trade.promotions.models import BUDGET, USES

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
D = Decimal


@pytest.fixture
def stocked(shop, ops):
    goods = [GoodsLine(sku_id=sku.pk, quantity=D(400)) for sku in (shop.tea, shop.water)]
    receive_goods(shop.hq, goods, ref="more", on=date(2026, 1, 1), actor=ops, now=NOW)
    return shop


@pytest.fixture
def split(stocked, ops):
    """`split(order, {row: quantity}, …)`: each part served by headquarters."""

    def into(order, *parts):
        made = [
            NewPart(supplier_id=stocked.hq, quantities={row: D(n) for row, n in part.items()})
            for part in parts
        ]
        return split_order(order, made, actor=ops, now=NOW)

    return into


@pytest.fixture
def over_fifty(promote):  # noqa: F811
    """Ten per cent off from 50.00 on."""
    steps = {"measure": "spend", "steps": [{"floor": "50", "percent": "10"}]}
    return promote("threshold", steps, budget=D(100))


def amend(part, row, quantity, actor):
    line = part.lines.get(row=row)
    return amend_order(part, quantities={line.pk: D(quantity)}, actor=actor, now=NOW)


def fresh(*orders):
    return [order_for(order.pk) for order in orders]


def test_a_part_amended_below_the_floor_costs_all_parts_their_discount(
    stocked, split, over_fifty, ops
):
    order = place(stocked, ops, stocked.line(stocked.water, 30), confirm=True)
    one, two = split(order, {1: 10}, {1: 20})
    assert (one.total, two.total, used(BUDGET, str(over_fifty.pk))) == (18, 36, (6, 0))
    two = ship_order(two, actor=ops, now=NOW)
    assert (books(), used(BUDGET, str(over_fifty.pk))) == ([("invoice", 36)], (0, 6))
    amend(one, 1, 4, ops)
    one, two = fresh(one, two)
    assert (one.total, two.total, lines_of(two)[0].discount) == (8, 40, 0)
    assert books() == [("invoice", 36), ("invoice", 4)]
    assert used(BUDGET, str(over_fifty.pk)) == (0, 0)
    assert credit_of(stocked.dealer).reserved == 8
    amend(one, 1, 5, ops)
    one, two = fresh(one, two)
    assert (one.total, two.total) == (9, 36)
    assert books() == [("invoice", 36), ("invoice", 4), ("credit_note", -4)]
    assert used(BUDGET, str(over_fifty.pk)) == (0, 5)


def test_the_buyer_amends_a_part_before_it_is_confirmed(stocked, split, over_fifty, ops, act_as):
    order = place(stocked, ops, stocked.line(stocked.water, 30), submit=True)
    one, two = split(order, {1: 10}, {1: 20})
    with act_as("dealer") as dealer:
        amend(one, 1, 2, dealer)
        assert [part.total for part in fresh(one, two)] == [4, 40]
    assert credit_of(stocked.dealer).reserved == 44


def test_closing_a_part_short_counts_what_was_shipped_and_what_others_still_get(
    stocked, split, over_fifty, ops
):
    order = place(stocked, ops, stocked.line(stocked.water, 30), confirm=True)
    one, two = split(order, {1: 10}, {1: 20})
    one = ship_order(one, quantities={one.lines.get().pk: D(4)}, actor=ops, now=NOW)
    close_short(one, actor=ops, now=NOW)
    one, two = fresh(one, two)
    # 24 bottles are 48.00: nothing off any more; 7.20 were invoiced for 8.00
    assert (one.total, two.total, one.status) == (8, 40, "shipped")
    assert books() == [("invoice", D("7.20")), ("invoice", D("0.80"))]
    assert (credit_of(stocked.dealer).reserved, used(BUDGET, str(over_fifty.pk))) == (40, (0, 0))
    assert capacity.held(SUPPLY, one.ref) == {}


def test_free_goods_go_from_the_changed_part_and_stay_with_the_others(stocked, split, buy_ten, ops):  # noqa: F811
    order = place(stocked, ops, stocked.line(stocked.water, 20), confirm=True)
    one, two = split(order, {1: 10, 2: 1}, {1: 10, 2: 1})
    before = available(stocked.hq, [stocked.water.pk])[stocked.water.pk]
    amend(one, 1, 5, ops)
    one, two = fresh(one, two)
    assert (rows(one), rows(two)) == ([("water", 5, 10)], [("water", 10, 20), ("water", 1, 0)])
    assert used(BUDGET, str(buy_ten.pk)) == (2, 0)
    assert used(USES, f"{buy_ten.pk}:{stocked.dealer}") == (1, 0)
    assert available(stocked.hq, [stocked.water.pk])[stocked.water.pk] == before + 6
    amend(one, 1, 25, ops)
    one, two = fresh(one, two)
    assert rows(one) == [("water", 25, 50), ("water", 2, 0)]
    assert capacity.held(SUPPLY, one.ref) == {supply_key(stocked.hq, stocked.water.pk): D(27)}
    assert used(BUDGET, str(buy_ten.pk)) == (6, 0)


def test_free_goods_that_a_closed_part_shipped_too_many_of_are_charged(
    stocked,
    split,
    buy_ten,  # noqa: F811
    ops,
):
    order = place(stocked, ops, stocked.line(stocked.water, 20), confirm=True)
    one, two = split(order, {1: 10, 2: 2}, {1: 10})
    paid, free = one.lines.order_by("row")
    one = ship_order(one, quantities={paid.pk: D(4), free.pk: D(2)}, actor=ops, now=NOW)
    close_short(one, actor=ops, now=NOW)
    one, two = fresh(one, two)
    # 14 bottles earn one of the two: the other costs 2.00
    assert rows(one) == [("water", 10, 20), ("water", 2, 2)]
    assert (one.total, two.total) == (10, 20)
    assert books() == [("invoice", 8), ("invoice", 2)]
    assert used(BUDGET, str(buy_ten.pk)) == (0, 2)


def test_a_cancelled_part_leaves_its_free_goods_to_the_one_that_earns_them(
    stocked,
    split,
    buy_ten,  # noqa: F811
    ops,
):
    order = place(stocked, ops, stocked.line(stocked.water, 20), confirm=True)
    one, two = split(order, {1: 10}, {1: 10, 2: 2})
    cancel_order(two, reason="", actor=ops, now=NOW)
    [one] = fresh(one)
    assert rows(one) == [("water", 10, 20), ("water", 1, 0)]
    assert capacity.held(SUPPLY, one.ref) == {supply_key(stocked.hq, stocked.water.pk): D(11)}
    assert (used(BUDGET, str(buy_ten.pk)), credit_of(stocked.dealer).reserved) == ((2, 0), 20)
    cancel_order(one, reason="", actor=ops, now=NOW)
    assert used(BUDGET, str(buy_ten.pk)) == (0, 0)
    assert used(USES, f"{buy_ten.pk}:{stocked.dealer}") == (0, 0)
    assert Order.objects.get(pk=order.pk).status == "cancelled"


def test_a_substitute_of_a_part_has_a_row_that_no_other_part_has(stocked, split, ops):
    order = place(
        stocked, ops, stocked.line(stocked.water, 20), stocked.line(stocked.tea, 2), confirm=True
    )
    one, two = split(order, {1: 10}, {1: 10, 2: 2})
    line = one.lines.get()
    substitute_line(one, line.pk, by=stocked.line(stocked.tea, 5), actor=ops, now=NOW)
    assert [each.row for each in lines_of(one)] == [1, 3]
    amend(two, 1, 4, ops)
    assert [part.total for part in fresh(one, two)] == [D("17.5"), 15]


@pytest.fixture
def two_promotions(buy_ten, promote):  # noqa: F811
    steps = [{"floor": "30", "percent": "7"}, {"floor": "80", "percent": "13.3"}]
    promote("threshold", {"measure": "spend", "steps": steps}, budget=D(200))


@pytest.mark.usefixtures("two_promotions")
@pytest.mark.parametrize("seed", range(6))
def test_the_parts_are_worth_what_the_order_would_be_unsplit(stocked, split, ops, seed):
    """Random amendments of three parts against the same ones of a twin that was never split."""
    chance = random.Random(seed)
    lines = [stocked.line(stocked.water, 30), stocked.line(stocked.tea, 12)]
    order = place(stocked, ops, *lines, confirm=True)
    twin = place(stocked, ops, *lines, confirm=True)
    assert [line.base_quantity for line in lines_of(order)] == [30, 12, 3]
    parts = split(order, {1: 7, 2: 5}, {1: 11, 3: 2}, {1: 12, 2: 7, 3: 1})
    compare(parts, order, twin)
    for _step in range(4):
        part = chance.choice(parts)
        line = chance.choice([one for one in lines_of(order_for(part.pk)) if not is_free(one)])
        amend(part, line.row, chance.randint(1, 25), ops)
        whole = sum(
            one.base_quantity
            for each in parts
            for one in each.lines.filter(row=line.row, sku=line.sku)
        )
        twin = amend(twin, line.row, whole, ops)
        compare(parts, order, twin)


def compare(parts, order, twin):
    """Money, free goods and holds are the same in sum."""
    parts, [twin] = fresh(*parts), fresh(twin)
    assert sum(part.total for part in parts) == twin.total
    for free in (False, True):
        mine = [line for part in parts for line in lines_of(part) if is_free(line) == free]
        other = [line for line in lines_of(twin) if is_free(line) == free]
        assert by_sku(mine) == by_sku(other)
    for part in parts:
        assert part.total == sum(line.amount for line in lines_of(part))
    for kind in (BUDGET, USES):
        held = capacity.held(kind, twin.ref)
        assert {key: n for key, n in capacity.held(kind, order.ref).items() if n} == held
    stock = [capacity.held(SUPPLY, part.ref) for part in parts]
    whole = {key: sum(one.get(key, 0) for one in stock) for one in stock for key in one}
    assert whole == capacity.held(SUPPLY, twin.ref)


def by_sku(lines):
    found = {}
    for line in lines:
        quantity, amount, off = found.get(line.sku_id, (D(0), D(0), D(0)))
        found[line.sku_id] = (
            quantity + line.base_quantity,
            amount + line.amount,
            off + line.discount,
        )
    return found
