"""A dealer's file from its bytes to facts: what counts, what waits, what is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake.quarantine import create_all_missing, replay_import
from yunhe.platform.intake.reasons import sentence
from yunhe.trade.sales.imports import SALES
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

FILE = """日期,门店编码,商品编码,数量,单位,金额,明细ID
2026-11-01,S1,COLA,2,箱,"1,200.00",L1
2026/11/2,s1,water,５,瓶,¥15.00,L2
2026年11月3日,S1,COLA,(3),瓶,(75.00),L3
2026-11-04,S1,TEA,x,,1,L4
2026-11-05,S9,COLA,1,,25,L5
2026-11-06,S1,COLA,1,托,25,L6
2026-12-01,S1,COLA,1,,25,L7
2026-11-06,S1,COLA,-1,,25,L8
,S1,COLA,1,,25,L9
"""


def facts():
    return list(
        SalesFact.objects.order_by("id").values_list(
            "line_key", "node__code", "sku__code", "on", "quantity", "amount", "revision"
        )
    )


def test_good_rows_become_facts_in_base_units_and_bad_ones_wait_with_their_reason(send):
    record = send(FILE)
    assert record.state == "done"
    assert facts() == [
        ("L1", "S1", "COLA", date(2026, 11, 1), Decimal(48), Decimal("1200"), 0),
        ("L2", "S1", "WATER", date(2026, 11, 2), Decimal(5), Decimal(15), 0),
        ("L3", "S1", "COLA", date(2026, 11, 3), Decimal(-3), Decimal(-75), 0),
    ]
    assert (record.rows, record.accepted, record.duplicates, record.quarantined) == (9, 3, 0, 6)
    assert record.amount_accepted == Decimal(1140)
    assert record.amount_quarantined == Decimal(126)
    assert record.amount == Decimal(1266)
    waiting = record.exceptions.order_by("row").values_list("row", "reason", "field", "value")
    assert list(waiting) == [
        (5, "not_a_number", "quantity", "x"),
        (6, "unknown_store", "store", "S9"),
        (7, "unknown_unit", "unit", "托"),
        (8, "future_date", "on", "2026-12-01"),
        (9, "sign_mismatch", "quantity", "-1"),
        (10, "missing", "on", ""),
    ]


def test_the_same_file_again_is_the_same_import(send):
    first = send(FILE)
    again = send(FILE)
    assert again.pk == first.pk
    assert SalesFact.objects.count() == 3


def test_the_same_lines_in_another_file_are_duplicates(send):
    send(FILE)
    record = send(FILE.replace("2026-11-04,S1,TEA,x,,1,L4\n", "2026-11-04,S1,TEA,4,,8,L4\n"))
    assert (record.accepted, record.duplicates, record.quarantined) == (1, 3, 5)
    assert (record.amount_accepted, record.amount_duplicates) == (Decimal(8), Decimal(1140))
    assert record.amount == Decimal(8 + 1140 + 125)
    assert SalesFact.objects.count() == 4


def test_another_value_for_a_known_line_is_a_delta_that_points_at_it(send):
    send(FILE)
    record = send("日期,门店编码,商品编码,数量,单位,金额,明细ID\n2026-11-01,S1,COLA,1,箱,650,L1\n")
    assert (record.accepted, record.duplicates, record.quarantined) == (1, 0, 0)
    assert [row.status for row in record.exceptions.all()] == ["corrected"]
    original, delta = SalesFact.objects.filter(line_key="L1").order_by("revision")
    assert (delta.corrects_id, delta.revision) == (original.pk, 1)
    assert (delta.quantity, delta.amount) == (Decimal(-24), Decimal(-550))
    assert original.quantity == Decimal(48)


def test_another_product_or_day_reverses_the_line_and_states_it_anew(send):
    send(FILE)
    send("日期,门店编码,商品编码,数量,单位,金额,明细ID\n2026-11-09,S1,WATER,48,,1200,L1\n")
    rows = [row[2:] for row in facts() if row[0] == "L1"]
    assert rows == [
        ("COLA", date(2026, 11, 1), Decimal(48), Decimal(1200), 0),
        ("COLA", date(2026, 11, 1), Decimal(-48), Decimal(-1200), 1),
        ("WATER", date(2026, 11, 9), Decimal(48), Decimal(1200), 2),
    ]


def test_a_correction_of_a_correction_and_back(send):
    header = "date,store code,sku,qty,amount,line key\n"
    for number, quantity in enumerate((5, 7, 5, 5)):
        send(
            f"{header}2026-11-01,S1,TEA,{quantity},{quantity * 2},K\n2026-11-02,S1,TEA,1,1,Z{number}\n"
        )
    rows = [(row[4], row[6]) for row in facts() if row[0] == "K"]
    assert rows == [(Decimal(5), 0), (Decimal(2), 1), (Decimal(-2), 2)]


def test_exact_duplicate_lines_without_a_line_id_are_real_lines(send):
    record = send("date,sku,qty\n2026-11-01,TEA,1\n2026-11-01,TEA,1\n")
    assert (record.accepted, record.duplicates) == (2, 0)
    assert sum(row[4] for row in facts()) == Decimal(2)


def test_a_key_twice_in_one_file_counts_once_or_waits_when_the_values_differ(send):
    record = send(
        "date,sku,qty,line key\n2026-11-01,TEA,1,A\n2026-11-01,TEA,1,A\n2026-11-01,TEA,1,B\n"
        "2026-11-01,TEA,2,B\n2026-11-01,TEA,3,C\n"
    )
    assert (record.accepted, record.duplicates, record.quarantined) == (2, 1, 2)
    waiting = record.exceptions.order_by("row").values_list("row", "status", "reason", "value")
    assert list(waiting) == [
        (3, "duplicate", "twice_in_file", "A"),
        (4, "quarantined", "key_conflict", "B"),
        (5, "quarantined", "key_conflict", "B"),
    ]


def test_a_pack_is_recognised_by_its_own_barcode_with_or_without_leading_zeros(send):
    record = send("日期,条码,数量\n2026-11-01,16901234567899,2\n2026-11-01,06901234567892,2\n")
    assert record.quarantined == 0
    assert [row[4] for row in facts()] == [Decimal(48), Decimal(2)]


def test_without_a_partner_column_the_sender_is_meant(send):
    send("date,sku,qty,price\n2026-11-01,TEA,3,2.5\n", node="S1")
    assert facts() == [
        (SalesFact.objects.get().line_key, "S1", "TEA", date(2026, 11, 1), 3, Decimal("7.5"), 0)
    ]


def test_returns_by_their_type_column(send):
    send(
        "date,sku,qty,amount,销售类型\n2026-11-01,TEA,3,9,退货\n2026-11-01,TEA,-1,-3,退货\n2026-11-01,TEA,2,6,销售\n"
    )
    assert [(row[4], row[5]) for row in facts()] == [(-3, -9), (-1, -3), (2, 6)]
    assert [fact.is_return for fact in SalesFact.objects.order_by("id")] == [True, True, False]


def test_a_clerk_reaches_own_nodes_only_and_learns_nothing_of_others(send, make_user, tree):
    clerk = make_user("dealer_clerk", tree["D1"])
    record = send(
        "date,store code,sku,qty\n2026-11-01,S1,TEA,1\n2026-11-01,S2,TEA,1\n2026-11-01,NO,TEA,1\n",
        user=clerk,
    )
    assert (record.accepted, record.quarantined) == (1, 2)
    assert set(record.exceptions.values_list("reason", "value")) == {
        ("unknown_store", "S2"),
        ("unknown_store", "NO"),
    }


def test_a_clerk_who_lost_the_role_reaches_nothing(send, make_user, tree):
    from yunhe.platform.access.models import Grant

    clerk = make_user("dealer_clerk", tree["D1"])
    first = send("date,store code,sku,qty\n2026-11-01,S1,TEA,1\n", user=clerk)
    assert first.accepted == 1
    Grant.objects.filter(user=clerk).delete()
    from yunhe.platform.intake.queries import reach_of
    from yunhe.trade.sales.imports import SALES

    assert reach_of(first, SALES).node_ids == []


def test_late_facts_of_a_closed_period_are_booked_in_the_open_one(send):
    from yunhe.trade.sales.models import ClosedPeriod

    ClosedPeriod.objects.create(
        flow="sell_out", before=date(2026, 11, 1), closed_at=datetime(2026, 11, 2, tzinfo=UTC)
    )
    send("date,sku,qty,line key\n2026-10-31,TEA,1,A\n2026-11-01,TEA,2,B\n")
    rows = SalesFact.objects.order_by("id").values_list("on", "booked_on")
    assert list(rows) == [
        (date(2026, 10, 31), date(2026, 11, 1)),
        (date(2026, 11, 1), date(2026, 11, 1)),
    ]
    assert [fact.is_late for fact in SalesFact.objects.order_by("id")] == [True, False]


def test_pieces_are_whole_in_base_units_what_is_weighed_may_be_divided(send):
    from yunhe.trade.catalog.models import Sku

    Sku.objects.filter(code="TEA").update(base_unit="kg")
    record = send(
        "date,sku,barcode,qty,unit\n2026-11-01,COLA,,0.5,case\n2026-11-01,COLA,,0.3,case\n"
        "2026-11-01,COLA,,-1.5,\n2026-11-01,TEA,,0.725,\n2026-11-01,,16901234567899,0.25,\n"
        "2026-11-01,,6901234567892,0.25,\n"
    )
    assert [(row[2], row[4]) for row in facts()] == [
        ("COLA", Decimal(12)),
        ("TEA", Decimal("0.725")),
        ("COLA", Decimal(6)),
    ]
    waiting = record.exceptions.order_by("row").values_list("row", "reason", "field", "value")
    assert list(waiting) == [
        (3, "broken_unit", "quantity", "0.3"),
        (4, "broken_unit", "quantity", "-1.5"),
        (7, "broken_unit", "quantity", "0.25"),
    ]
    with translation.override("zh-hans"):
        told = sentence(SALES, {"code": "broken_unit", "field": "quantity", "value": "0.3"})
    assert told == "该商品按整个基本单位计数，数量“0.3”会拆开一个。"


def test_products_made_from_a_file_are_weighed_as_the_file_says(send, tree):
    record = send(
        "date,store code,sku,qty,unit\n2026-11-01,S1,PORK,0.5,公斤\n2026-11-01,S1,EGG,0.5,\n"
    )
    create_all_missing(record, actor=system_principal("test"), now=NOW)
    record = replay_import(record.pk, actor=system_principal("test"), now=NOW)
    assert [(row[2], row[4]) for row in facts()] == [("PORK", Decimal("0.5"))]
    assert [row.reason for row in record.exceptions.filter(status="quarantined")] == ["broken_unit"]
