"""Lots: received, picked first expired first out, followed to the receiver, checked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.errors import LotRefused, NoFitLot, StockShort
from yunhe.goods.stock.models import CheckRun, LotBalance, Movement, StockBalance
from yunhe.goods.stock.queries import (
    available,
    differences,
    last_check,
    lots_on_hand,
    outside_totals,
    supply_key,
)
from yunhe.goods.stock.services import (
    GoodsLine,
    LotLabel,
    MovementLine,
    check_balances,
    ensure_lots,
    open_place,
    pick_fefo,
    receive_goods,
    record_lots,
    record_movements,
    set_shelf_life,
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
def sku(db):
    row = SkuRow(
        code="A", name="A", brand=("B", "b", ""), category=(("C", "c", ""),), product=("P", "p", "")
    )
    return ensure_catalog([row], actor=SYSTEM)["A"]


@pytest.fixture
def lots(sku):
    labels = [
        LotLabel(sku_id=sku, code="OLD", expires_on=date(2026, 11, 30)),
        LotLabel(sku_id=sku, code="NEW", expires_on=date(2027, 5, 31)),
    ]
    return {code: pk for (_sku, code), pk in ensure_lots(labels, actor=SYSTEM).items()}


@pytest.fixture
def warehouse(tree, sku, lots):
    """HQ supplies orders and holds 30 of the newer lot and 10 of the older."""
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    goods = [
        GoodsLine(sku_id=sku, quantity=D(30), key="1", lot_id=lots["NEW"]),
        GoodsLine(sku_id=sku, quantity=D(10), key="2", lot_id=lots["OLD"]),
    ]
    receive_goods(tree["HQ"].pk, goods, ref="GR", **WHEN)
    return tree["HQ"]


def by_lot(node, status=StockStatus.AVAILABLE):
    rows = LotBalance.objects.filter(node=node, status=status).exclude(quantity=0)
    return {row.lot.code: row.quantity for row in rows.select_related("lot")}


def ship(warehouse, tree, sku, quantity, ref="order:1/1"):
    key = supply_key(warehouse.pk, sku)
    capacity.reserve("stock", {key: D(quantity)}, ref="order:1")
    line = [GoodsLine(sku_id=sku, quantity=D(quantity), key="1")]
    return ship_goods(warehouse.pk, tree["D1"].pk, line, hold="order:1", ref=ref, **WHEN)


def test_a_shipment_takes_the_earliest_lot_and_the_receipt_the_same_lots(warehouse, tree, sku):
    assert ship(warehouse, tree, sku, 15) == 1
    assert by_lot(warehouse) == {"NEW": 25}
    assert by_lot(tree["D1"], StockStatus.IN_TRANSIT) == {"OLD": 10, "NEW": 5}
    assert ship(warehouse, tree, sku, 15) == 0, "the same shipment again moves nothing"
    arrived = [GoodsLine(sku_id=sku, quantity=D(15), key="1")]
    assert take_delivery(tree["D1"].pk, arrived, ref="order:1", **WHEN) == 1
    assert take_delivery(tree["D1"].pk, arrived, ref="order:1", **WHEN) == 0
    assert by_lot(tree["D1"]) == {"OLD": 10, "NEW": 5}
    assert by_lot(tree["D1"], StockStatus.IN_TRANSIT) == {}
    assert available(warehouse.pk, [sku]) == {sku: 10}, "25 there, 15 held anew by order:1"


def test_lots_too_old_for_the_receiver_are_passed_over(warehouse, tree, sku):
    set_shelf_life(tree["R1"], 30, actor=SYSTEM)
    found = pick_fefo(warehouse.pk, {sku: D(20)}, receiver=tree["D1"].pk, on=DAY)
    assert [pick.quantity for pick in found[sku]] == [20]
    ship(warehouse, tree, sku, 20)
    assert by_lot(warehouse) == {"NEW": 10, "OLD": 10}
    with pytest.raises(NoFitLot) as refused, transaction.atomic():
        ship(warehouse, tree, sku, 15, ref="order:1/2")
    assert [row["sku"] for row in refused.value.rows] == ["A"]
    set_shelf_life(tree["R1"], 0, actor=SYSTEM)
    assert ship(warehouse, tree, sku, 15, ref="order:1/3") == 1


def test_more_than_there_is_stays_a_shortage(warehouse, tree, sku):
    line = [GoodsLine(sku_id=sku, quantity=D(41))]
    with pytest.raises(StockShort):
        ship_goods(warehouse.pk, tree["D1"].pk, line, hold="order:1", ref="X", **WHEN)


@pytest.mark.parametrize("count", [1, 200])
def test_a_shipment_is_a_handful_of_statements(warehouse, tree, sku, count):
    capacity.reserve("stock", {supply_key(warehouse.pk, sku): D(20)}, ref="order:1")
    part = D(20) / count
    lines = [GoodsLine(sku_id=sku, quantity=part, key=str(at)) for at in range(count)]
    with CaptureQueriesContext(connection) as queries:
        ship_goods(warehouse.pk, tree["D1"].pk, lines, hold="order:1", ref="S", **WHEN)
    # lots under lock, savepoint, movements, release savepoint, let go of the hold, lower the limit
    assert len(queries) == 6
    assert by_lot(tree["D1"], StockStatus.IN_TRANSIT) == {"OLD": 10, "NEW": 10}


def test_what_a_till_sells_without_a_lot_is_presumed_to_be_the_oldest(warehouse, tree, sku):
    ship(warehouse, tree, sku, 15)
    arrived = [GoodsLine(sku_id=sku, quantity=D(15), key="1")]
    take_delivery(tree["D1"].pk, arrived, ref="order:1", **WHEN)
    sold = MovementLine(
        sku_id=sku, quantity=D(12), reason=Reason.SALE, key="till", source=tree["D1"].pk
    )
    record_movements([sold], **WHEN)
    rows = lots_on_hand(on=DAY, node_ids=[tree["D1"].pk])
    assert [(row.lot, row.quantity, row.days) for row in rows] == [("NEW", 3, 190)]


def test_labels_read_replace_what_was_presumed(warehouse, tree, sku, lots):
    other = ensure_lots(
        [LotLabel(sku_id=sku, code="THIRD", expires_on=date(2027, 1, 1))], actor=SYSTEM
    )[sku, "THIRD"]
    counted = {sku: {lots["NEW"]: D(28), other: D(12)}}
    assert record_lots(warehouse.pk, counted, ref="LC", **WHEN) == 3
    assert by_lot(warehouse) == {"NEW": 28, "THIRD": 12}
    assert record_lots(warehouse.pk, counted, ref="LC", **WHEN) == 0
    assert StockBalance.objects.get(node=warehouse).quantity == 40
    with pytest.raises(LotRefused):
        record_lots(warehouse.pk, {sku: {other: D(41)}}, ref="LC2", **WHEN)
    assert differences() == []


def test_a_lot_keeps_its_dates(lots, sku):
    again = [LotLabel(sku_id=sku, code="OLD", expires_on=date(2026, 12, 30))]
    with pytest.raises(LotRefused):
        ensure_lots(again, actor=SYSTEM)
    mixed = LotLabel(
        sku_id=sku, code="Z", produced_on=date(2026, 2, 1), expires_on=date(2026, 1, 1)
    )
    with pytest.raises(LotRefused):
        ensure_lots([mixed], actor=SYSTEM)


def test_every_movement_has_two_places_and_all_places_sum_to_nothing(warehouse, tree, sku):
    ship(warehouse, tree, sku, 15)
    lines = [
        MovementLine(sku_id=sku, quantity=D(2), reason=reason, key=reason, source=warehouse.pk)
        for reason in (Reason.SALE, Reason.LOSS)
    ]
    record_movements(lines, **WHEN)
    assert not Movement.objects.filter(outside="", source=None).exists()
    with override("en"):
        totals = outside_totals()
    assert totals == [
        ("consumers and customers", 2),
        ("loss and scrap", 2),
        ("production and suppliers", -40),
    ]
    inside = sum(StockBalance.objects.values_list("quantity", flat=True))
    assert inside + sum(total for _place, total in outside_totals()) == 0


def test_the_check_keeps_its_result_and_finds_a_tampered_lot(warehouse):
    run = check_balances(actor=SYSTEM, now=NOW)
    assert (run.balances, run.movements, run.differences) == (3, 2, 0)
    LotBalance.objects.filter(lot__code="OLD").update(quantity=11)
    assert check_balances(actor=SYSTEM, now=NOW).differences == 1
    assert last_check().differences == 1
    assert CheckRun.objects.count() == 2


def test_online_and_offline_orders_draw_on_one_pool(warehouse, sku):
    key = supply_key(warehouse.pk, sku)
    capacity.reserve("stock", {key: D(25)}, ref="order:1")
    capacity.reserve("stock", {key: D(15)}, ref="shop:9001")
    for ref in ("shop:9002", "order:2"):
        with pytest.raises(CapacityExceeded), transaction.atomic():
            capacity.reserve("stock", {key: D(1)}, ref=ref)
    capacity.release("stock", "shop:9001")
    capacity.reserve("stock", {key: D(1)}, ref="order:2")
    assert available(warehouse.pk, [sku]) == {sku: 14}


def test_a_dealer_reads_no_lots_of_others(warehouse, tree, sku, make_user):
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk):
        assert lots_on_hand(on=DAY) == []
        assert pick_fefo(warehouse.pk, {sku: D(1)}, on=DAY)[sku][0].lot_id is None
