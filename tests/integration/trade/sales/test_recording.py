"""Facts from other domains, other systems and people: set-based, repeatable, within the scope."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import DomainError, NotAllowed
from yunhe.trade.orders.events import MovedLine, OrderReceived
from yunhe.trade.sales.jobs import record_received_order
from yunhe.trade.sales.models import SalesFact
from yunhe.trade.sales.services import (
    FactLine,
    ReportedLine,
    close_period,
    record_facts,
    report_sales,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def partners(tree):
    from yunhe.channel.network.models import Partner

    for code, level in (("D1", "dealer"), ("D2", "dealer"), ("S1", "store"), ("S2", "store")):
        Partner.objects.create(node=tree[code], level=level)
    return tree


def line(key, tree, catalog, **values):
    given = {"node_id": tree["S1"].pk, "sku_id": catalog["TEA"], "on": DAY, "quantity": Decimal(1)}
    return FactLine(line_key=key, **{**given, **values})


def test_a_thousand_lines_take_as_many_statements_as_one(tree, catalog):
    def count(number, prefix):
        lines = [line(f"{prefix}{n}", tree, catalog) for n in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert record_facts(lines, flow="sell_out", source="t", now=NOW).recorded == number
        return len(queries)

    assert count(1, "a") == count(1000, "b")


def test_repeats_and_corrections(tree, catalog):
    first = [line("1", tree, catalog), line("2", tree, catalog, amount=Decimal(5))]
    assert record_facts(first, flow="sell_out", source="t", now=NOW).recorded == 2
    again = [
        line("1", tree, catalog),
        line("2", tree, catalog, amount=Decimal(7)),
        line("3", tree, catalog),
    ]
    result = record_facts(again, flow="sell_out", source="t", now=NOW)
    assert (result.recorded, result.corrected, result.duplicates) == (2, 1, 1)
    assert list(
        SalesFact.objects.filter(line_key="2")
        .order_by("revision")
        .values_list("quantity", "amount")
    ) == [(Decimal(1), Decimal(5)), (Decimal(0), Decimal(2))]


def test_a_key_twice_in_a_batch_is_refused_by_row(tree, catalog):
    with pytest.raises(DomainError) as caught:
        record_facts([line("1", tree, catalog)] * 2, flow="sell_out", source="t", now=NOW)
    assert [row["row"] for row in caught.value.rows] == [1, 2]


def test_the_database_refuses_unknown_references_and_keeps_known_ones(tree, catalog):
    with pytest.raises(IntegrityError, match="node 999999"), transaction.atomic():
        record_facts(
            [line("1", tree, catalog, node_id=999999)], flow="sell_out", source="t", now=NOW
        )
    with pytest.raises(IntegrityError, match="SKU 999999"), transaction.atomic():
        record_facts(
            [line("1", tree, catalog, sku_id=999999)], flow="sell_out", source="t", now=NOW
        )
    record_facts([line("1", tree, catalog)], flow="sell_out", source="t", now=NOW)
    with connection.cursor() as cursor, transaction.atomic():
        with pytest.raises(IntegrityError, match="has sales facts"), transaction.atomic():
            cursor.execute("DELETE FROM catalog_sku WHERE id = %s", [catalog["TEA"]])
        with pytest.raises(IntegrityError, match="has sales facts"), transaction.atomic():
            cursor.execute("DELETE FROM access_node WHERE id = %s", [tree["S1"].pk])


def test_facts_cannot_be_changed_or_deleted_and_are_seen_by_scope(partners, catalog, make_user):
    record_facts([line("1", partners, catalog)], flow="sell_out", source="t", now=NOW)
    with scoped(make_user("dealer_owner", partners["D2"]).pk):
        assert SalesFact.objects.count() == 0
    with scoped(make_user("dealer_owner", partners["D1"]).pk):
        assert SalesFact.objects.count() == 1
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            SalesFact.objects.update(quantity=5)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            SalesFact.objects.all()._raw_delete("default")


def test_a_store_reports_by_codes_and_units(partners, catalog, make_user):
    with scoped(make_user("store", partners["S1"]).pk) as store:
        result = report_sales(
            [
                ReportedLine(line_key="1", item="6901234567892", on=DAY, quantity=Decimal(2)),
                ReportedLine(line_key="2", item="COLA", on=DAY, quantity=Decimal(-1), unit="箱"),
            ],
            actor=store,
            now=NOW,
        )
    assert result.recorded == 2
    assert list(
        SalesFact.objects.order_by("id").values_list("node__code", "quantity", "source")
    ) == [
        ("S1", 2, f"sell_out:{partners['S1'].pk}"),
        ("S1", -24, f"sell_out:{partners['S1'].pk}"),
    ]


def test_every_bad_line_is_named_and_nothing_is_written(partners, catalog, make_user):
    with (
        scoped(make_user("dealer_clerk", partners["D1"]).pk) as clerk,
        pytest.raises(DomainError) as caught,
    ):
        report_sales(
            [
                ReportedLine(line_key="1", item="TEA", on=DAY, quantity=Decimal(1), node="S1"),
                ReportedLine(line_key="2", item="TEA", on=DAY, quantity=Decimal(1), node="S2"),
                ReportedLine(line_key="3", item="NONE", on=DAY, quantity=Decimal(1)),
                ReportedLine(line_key="4", item="TEA", on=date(2026, 11, 23), quantity=Decimal(1)),
                ReportedLine(line_key="5", item="TEA", on=DAY, quantity=Decimal(1), unit="case"),
                ReportedLine(
                    line_key="6", item="TEA", on=DAY, quantity=Decimal(1), amount=Decimal(-1)
                ),
            ],
            actor=clerk,
            now=NOW,
        )
    assert [row["row"] for row in caught.value.rows] == [2, 3, 4, 5, 6]
    assert SalesFact.objects.count() == 0


def received(tree, catalog, supplier):
    return OrderReceived(
        order_id=1,
        number="O-1",
        node_id=tree["S1"].pk,
        supplier_id=tree[supplier].pk,
        amount=Decimal(30),
        currency="CNY",
        on=DAY,
        lines=(
            MovedLine(row=1, sku_id=catalog["TEA"], quantity=Decimal(6), amount=Decimal(10)),
            MovedLine(row=2, sku_id=catalog["COLA"], quantity=Decimal(24), amount=Decimal(20)),
        ),
        missing=(),
    )


@pytest.mark.parametrize(
    ("supplier", "expected"),
    [("HQ", ("sell_in", "S1", None)), ("D1", ("sell_through", "D1", "S1"))],
)
def test_a_received_order_is_sold_in_or_through_once(tree, catalog, supplier, expected):
    for _again in range(2):
        record_received_order(received(tree, catalog, supplier), actor=None)
    rows = SalesFact.objects.order_by("id").values_list("flow", "node__code", "counterparty__code")
    assert list(rows) == [expected, expected]
    assert list(SalesFact.objects.order_by("id").values_list("quantity", "amount", "document")) == [
        (6, 10, "O-1"),
        (24, 20, "O-1"),
    ]


def test_a_closed_period_moves_late_lines_and_never_reopens(tree, catalog, make_user):
    with scoped(make_user("finance", tree["HQ"]).pk) as finance:
        close_period(flow="sell_out", before=date(2026, 11, 1), actor=finance, now=NOW)
        with pytest.raises(DomainError, match="2026-10-31"):
            close_period(flow="sell_out", before=date(2026, 10, 1), actor=finance, now=NOW)
    late = line("1", tree, catalog, on=date(2026, 10, 5))
    record_facts([late], flow="sell_out", source="t", now=NOW)
    record_facts([late], flow="sell_in", source="t2", now=NOW)
    assert list(SalesFact.objects.order_by("id").values_list("on", "booked_on")) == [
        (date(2026, 10, 5), date(2026, 11, 1)),
        (date(2026, 10, 5), date(2026, 10, 5)),
    ]
    with scoped(make_user("store", tree["S1"]).pk) as store, pytest.raises(NotAllowed):
        close_period(flow="sell_out", before=date(2026, 12, 1), actor=store, now=NOW)
