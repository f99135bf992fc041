"""Movements, balances and supply."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.errors import MovementRefused, StockShort
from yunhe.goods.stock.models import Movement, StockBalance
from yunhe.goods.stock.queries import available, differences, supplier_of, supply_key
from yunhe.goods.stock.services import (
    GoodsLine,
    MovementLine,
    open_place,
    receive_goods,
    record_count,
    record_movements,
    ship_goods,
    take_delivery,
)
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.trade.catalog.services import SkuRow, ensure_catalog

pytestmark = pytest.mark.django_db
D = Decimal
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)
SYSTEM = system_principal("test")
WHEN = {"on": DAY, "actor": SYSTEM, "now": NOW}


@pytest.fixture
def skus(db):
    rows = [
        SkuRow(
            code=code,
            name=code,
            brand=("B", "b", ""),
            category=(("C", "c", ""),),
            product=("P", "p", ""),
        )
        for code in ("A", "B", "C")
    ]
    return ensure_catalog(rows, actor=SYSTEM)


def balances(node):
    found = StockBalance.objects.filter(node=node).exclude(quantity=0)
    return {(b.sku.code, b.status): b.quantity for b in found.select_related("sku")}


def line(sku, quantity, key, **sides):
    return MovementLine(sku_id=sku, quantity=D(quantity), reason=Reason.TRANSFER, key=key, **sides)


def test_goods_leave_one_side_and_reach_the_other(tree, skus):
    d1, s1 = tree["D1"].pk, tree["S1"].pk
    lines = [
        line(skus["A"], 10, "1", target=d1),
        line(skus["A"], 4, "2", source=d1, target=s1, target_status=StockStatus.IN_TRANSIT),
        line(skus["B"], 3, "3", source=d1),
    ]
    assert record_movements(lines, **WHEN) == {"1", "2", "3"}
    assert balances(tree["D1"]) == {("A", "available"): 6, ("B", "available"): -3}
    assert balances(tree["S1"]) == {("A", "in_transit"): 4}
    assert differences() == []


def test_the_same_key_moves_goods_once(tree, skus):
    first = line(skus["A"], 10, "1", target=tree["D1"].pk)
    again = [first, line(skus["A"], 1, "2", target=tree["D1"].pk)]
    assert record_movements([first], **WHEN) == {"1"}
    assert record_movements(again, **WHEN) == {"2"}
    assert balances(tree["D1"]) == {("A", "available"): 11}


@pytest.mark.parametrize("count", [1, 300])
def test_any_number_of_lines_is_one_statement(tree, skus, count):
    lines = [line(skus["A"], 1, str(at), target=tree["D1"].pk) for at in range(count)]
    with CaptureQueriesContext(connection) as queries:
        record_movements(lines, **WHEN)
    assert [q["sql"].split()[0] for q in queries] == ["SAVEPOINT", "INSERT", "RELEASE"]
    assert balances(tree["D1"]) == {("A", "available"): count}


def test_a_place_that_must_not_go_below_zero_names_what_is_short(tree, skus):
    d1 = tree["D1"].pk
    open_place(tree["D1"], negative_allowed=False, actor=SYSTEM)
    record_movements([line(skus["A"], 5, "1", target=d1)], **WHEN)
    with pytest.raises(StockShort) as short:
        record_movements(
            [
                line(skus["A"], 3, "2", source=d1),
                line(skus["A"], 3, "3", source=d1),
                line(skus["B"], 1, "4", target=d1),
            ],
            **WHEN,
        )
    assert [(row["sku_id"], row["asked"], row["available"]) for row in short.value.rows] == [
        (skus["A"], "6", "5.000")
    ]
    assert balances(tree["D1"]) == {("A", "available"): 5}
    assert differences() == []


@pytest.mark.parametrize("sides", [{}, {"source": 1, "target": 1}])
def test_a_movement_has_two_different_sides(tree, skus, sides):
    with pytest.raises(MovementRefused):
        record_movements([line(skus["A"], 1, "1", **sides)], **WHEN)
    with pytest.raises(MovementRefused):
        record_movements([line(skus["A"], 0, "1", target=tree["D1"].pk)], **WHEN)


def test_movements_are_facts(tree, skus):
    record_movements([line(skus["A"], 1, "1", target=tree["D1"].pk)], **WHEN)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Movement.objects.update(quantity=2)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Movement.objects.filter(key="1").delete()


def test_a_tampered_balance_is_found(tree, skus):
    record_movements([line(skus["A"], 1, "1", target=tree["D1"].pk)], **WHEN)
    StockBalance.objects.update(quantity=2)
    (found,) = differences()
    assert (found.node_id, found.sku_id, found.balance, found.moved) == (
        tree["D1"].pk,
        skus["A"],
        2,
        1,
    )


def test_receive_reserve_ship_arrive(tree, skus):
    hq, d1, a = tree["HQ"].pk, tree["D1"].pk, skus["A"]
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    assert receive_goods(hq, [GoodsLine(sku_id=a, quantity=D(100))], ref="GR-1", **WHEN) == 1
    assert receive_goods(hq, [GoodsLine(sku_id=a, quantity=D(100))], ref="GR-1", **WHEN) == 0
    assert available(hq, [a, skus["B"]]) == {a: 100, skus["B"]: 0}
    capacity.reserve("stock", {supply_key(hq, a): D(30)}, ref="order:1")
    assert available(hq, [a]) == {a: 70}
    sent = [GoodsLine(sku_id=a, quantity=D(20))]
    for _repeated in range(2):
        ship_goods(hq, d1, sent, hold="order:1", ref="SH-1", **WHEN)
    assert available(hq, [a]) == {a: 70}
    assert balances(tree["HQ"]) == {("A", "available"): 80}
    assert balances(tree["D1"]) == {("A", "in_transit"): 20}
    take_delivery(d1, [GoodsLine(sku_id=a, quantity=D(19))], ref="RC-1", **WHEN)
    assert balances(tree["D1"]) == {("A", "in_transit"): 1, ("A", "available"): 19}
    assert available(d1, [a]) == {a: 19}
    capacity.release("stock", "order:1")
    assert available(hq, [a]) == {a: 80}
    assert differences() == []


def test_counts_write_the_difference_and_move_what_may_be_promised(tree, skus):
    hq, a, b = tree["HQ"].pk, skus["A"], skus["B"]
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    assert record_count(hq, {a: D(50), b: D(0)}, ref="C-1", opening=True, **WHEN) == {a: 50}
    assert record_count(hq, {a: D(50)}, ref="C-1", **WHEN) == {}
    capacity.reserve("stock", {supply_key(hq, a): D(45)}, ref="order:1")
    assert record_count(hq, {a: D(48)}, ref="C-2", **WHEN) == {a: -2}
    assert available(hq, [a]) == {a: 3}
    with pytest.raises(CapacityExceeded), transaction.atomic():
        record_count(hq, {a: D(40)}, ref="C-3", **WHEN)
    assert balances(tree["HQ"]) == {("A", "available"): 48}


def test_a_place_with_stock_becomes_a_supply_place(tree, skus):
    record_movements([line(skus["A"], 7, "1", target=tree["R1"].pk)], **WHEN)
    open_place(tree["R1"], supplies=True, actor=SYSTEM)
    assert available(tree["R1"].pk, [skus["A"]]) == {skus["A"]: 7}
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    assert supplier_of(tree["S1"].pk) == tree["R1"].pk
    assert supplier_of(tree["S2"].pk) == tree["HQ"].pk
    record_movements([line(skus["A"], 1, "2", source=tree["D1"].pk)], **WHEN)
    with pytest.raises(MovementRefused):
        open_place(tree["D1"], negative_allowed=False, actor=SYSTEM)


def test_a_dealer_moves_own_goods_only(tree, skus, make_user):
    d1, d2, hq, a = tree["D1"].pk, tree["D2"].pk, tree["HQ"].pk, skus["A"]
    record_movements(
        [line(a, 5, "0", target=d1, target_status="in_transit"), line(a, 9, "9", target=d2)], **WHEN
    )
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk) as actor:
        when = {"on": DAY, "actor": actor, "now": NOW}
        take_delivery(d1, [GoodsLine(sku_id=a, quantity=D(5))], ref="RC", **when)
        record_movements([line(a, 2, "1", source=d1, target=tree["S1"].pk)], **when)
        for sides in ({"source": hq, "target": d1}, {"source": d2, "target": d1}, {"target": d2}):
            with pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
                record_movements([line(a, 1, "2", **sides)], **when)
        assert {b.node_id for b in StockBalance.objects.all()} == {d1, tree["S1"].pk}
        assert {m.key for m in Movement.objects.all()} == {"0", f"RC|arrival|{a}|", "1"}
        assert differences() == []
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            StockBalance.objects.update(quantity=99)
