"""Periods end in the past, and a line says something that can be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import Unstorable
from yunhe.trade.sales.errors import LinesRefused
from yunhe.trade.sales.models import ClosedPeriod, SalesFact
from yunhe.trade.sales.services import FactLine, close_period, record_facts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def store(client, tree, catalog, make_user):
    from yunhe.channel.network.models import Partner

    for code, level in (("D1", "dealer"), ("S1", "store")):
        Partner.objects.create(node=tree[code], level=level)
    client.force_login(make_user("store", tree["S1"]))
    return client


def test_a_period_ends_today_at_the_latest(tree, make_user):
    with scoped(make_user("finance", tree["HQ"]).pk) as finance:
        with pytest.raises(LinesRefused):
            close_period(flow="sell_out", before=date(2026, 11, 23), actor=finance, now=NOW)
        with pytest.raises(LinesRefused):
            close_period(flow="sell_out", before=date(2099, 1, 1), actor=finance, now=NOW)
        close_period(flow="sell_out", before=date(2026, 11, 22), actor=finance, now=NOW)
    assert ClosedPeriod.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "99999999999999"},
        {"quantity": "0", "amount": "0.00"},
        {"amount": "99999999999999"},
        {"on": "1800-01-01"},
        {"on": "1999-12-31"},
        {"currency": "ZZZ"},
        {"document": "a\u0000"},
        {"line_key": "a\u0000"},
    ],
)
def test_what_cannot_be_is_refused_by_row(store, wrong):
    line = {"line_key": "1", "item": "TEA", "on": "2026-11-20", "quantity": "1", "amount": "1"}
    currency = wrong.pop("currency", "")
    body = {"currency": currency, "lines": [{**line, "line_key": "ok"}, {**line, **wrong}]}
    answer = store.post("/api/v1/sales/facts", body, content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert not SalesFact.objects.exists()
    if not currency and "\u0000" not in "".join(map(str, wrong.values())):
        assert [row["row"] for row in answer.json()["errors"]] == [2]


def test_quantity_without_amount_and_the_reverse_are_lines(store):
    line = {"line_key": "1", "item": "TEA", "on": "2026-11-20", "quantity": "1"}
    discount = {**line, "line_key": "2", "quantity": "0", "amount": "-5"}
    answer = store.post(
        "/api/v1/sales/facts", {"lines": [line, discount]}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content


def test_a_nul_from_another_domain_is_no_server_error(tree, catalog):
    line = FactLine(
        line_key="1",
        node_id=tree["S1"].pk,
        sku_id=catalog["TEA"],
        on=DAY,
        quantity=Decimal(1),
        document="a\u0000",
    )
    with pytest.raises(Unstorable):
        record_facts([line], flow="sell_out", source="t", now=NOW)


def test_a_file_holds_absurd_rows_back(send, store):
    text = (
        "日期,门店,货号,数量,金额\n"
        "2026-11-01,S1,TEA,1,8\n"
        "1995-11-01,S1,TEA,1,8\n"
        "2026-11-01,S1,TEA,0,0\n"
        "2026-11-01,S1,TEA,99999999999,8\n"
        "2026-11-01,S1,TEA,1,9999999999999\n"
    )
    record = send(text)
    assert (record.state, record.accepted, record.quarantined) == ("done", 1, 4)
    assert sorted(record.exceptions.values_list("reason", flat=True)) == [
        "before_start",
        "nothing_said",
        "too_large",
        "too_much",
    ]


def test_a_file_of_an_unknown_currency_is_refused(send, store):
    from yunhe.platform.errors import DomainError

    text = "日期,门店,货号,数量,金额\n2026-11-01,S1,TEA,1,8\n"
    with pytest.raises(DomainError):
        send(text, options={"currency": "ZZZ"})
