"""A partner states its own sales and nothing else: flows, lines of the house, files, value mapping."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import DomainError, NotAllowed
from yunhe.platform.intake.models import Import, ValueAlias
from yunhe.platform.intake.quarantine import discard_rows, map_value
from yunhe.platform.intake.queue import start_replay
from yunhe.platform.intake.services import cancel_import, confirm_mapping, queue_import
from yunhe.trade.sales.errors import LinesRefused
from yunhe.trade.sales.models import SalesFact
from yunhe.trade.sales.services import (
    FactLine,
    ReportedLine,
    correct_fact,
    record_facts,
    report_sales,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
FILE = "日期,单号,行号,货号,数量,金额\n2026-11-01,A,1,TEA,{},8\n2026-11-01,A,2,BEER,1,5\n"


@pytest.fixture
def people(tree, catalog, make_user):
    from yunhe.channel.network.models import Partner

    for code, level in (("D1", "dealer"), ("D2", "dealer"), ("S1", "store"), ("S2", "store")):
        Partner.objects.create(node=tree[code], level=level)
    return {
        "dealer": make_user("dealer_owner", tree["D1"]),
        "store": make_user("store", tree["S1"]),
        "steward": make_user("data_steward", tree["HQ"]),
    }


def forget():
    """Drop the working tables of a batch: each request has its own role and transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sales_incoming, sales_known")


def body(flow):
    line = {"line_key": "1", "item": "TEA", "on": "2026-11-20", "quantity": "5", "amount": "50"}
    return {"flow": flow, "lines": [line]}


def reported(key="1", quantity=10, amount=50, **given):
    values = {"item": "TEA", "on": DAY, "quantity": Decimal(quantity), "amount": Decimal(amount)}
    return ReportedLine(line_key=key, **values, **given)


@pytest.mark.parametrize(
    ("flow", "status"),
    [("sell_in", 403), ("opening", 403), ("sell_through", 200), ("sell_out", 200)],
)
def test_a_partner_reports_only_its_own_sales(client, people, flow, status):
    client.force_login(people["dealer"])
    answer = client.post("/api/v1/sales/facts", body(flow), content_type="application/json")
    assert answer.status_code == status, answer.content
    assert SalesFact.objects.filter(flow=flow).exists() == (status == 200)


def test_headquarters_reports_every_flow(people):
    with scoped(people["steward"].pk) as actor:
        for flow in ("sell_in", "opening"):
            line = reported(flow, node="D1")
            assert report_sales([line], flow=flow, actor=actor, now=NOW).recorded == 1


@pytest.mark.parametrize(
    "written",
    [
        ("sell_in", "sell_in:1"),
        ("sell_in", "returns"),
        ("sell_through", "sell_through:orders"),
        ("sell_out", "sell_out:{D1}"),  # by the house in the dealer's name
    ],
)
def test_a_partner_does_not_correct_what_the_house_wrote(client, people, tree, catalog, written):
    flow, source = written
    bought = FactLine(
        line_key="1",
        node_id=tree["D1"].pk,
        sku_id=catalog["TEA"],
        on=DAY,
        quantity=Decimal(-7 if source == "returns" else 7),
        amount=Decimal(-70 if source == "returns" else 70),
    )
    record_facts([bought], flow=flow, source=source.format(D1=tree["D1"].pk), now=NOW)
    forget()
    fact = SalesFact.objects.get()
    client.force_login(people["dealer"])
    wanted = {"quantity": "700", "amount": "7000", "reason": "x"}
    url = f"/api/v1/sales/facts/{fact.pk}/correct"
    answer = client.post(url, wanted, content_type="application/json")
    assert answer.status_code == 403, answer.content
    assert client.post(f"/sales/{fact.pk}/correct/", wanted).status_code in {403, 422}
    assert "/correct/" not in client.get(f"/sales/{fact.pk}/").content.decode()
    assert SalesFact.objects.count() == 1


def test_a_partner_corrects_its_own_lines_until_headquarters_did(people):
    with scoped(people["dealer"].pk) as dealer:
        report_sales([reported()], actor=dealer, now=NOW)
        fact = SalesFact.objects.get()
        given = {"quantity": Decimal(9), "amount": Decimal(45), "reason": "x"}
        assert correct_fact(fact, **given, actor=dealer, now=NOW).corrected == 1
    forget()
    with scoped(people["steward"].pk) as steward:
        given = {"quantity": Decimal(1), "amount": Decimal(5), "reason": "audited"}
        assert correct_fact(fact, **given, actor=steward, now=NOW).corrected == 1
    forget()
    with scoped(people["dealer"].pk) as dealer:
        given = {"quantity": Decimal(99), "amount": Decimal(495), "reason": "back"}
        with pytest.raises(NotAllowed):
            correct_fact(fact, **given, actor=dealer, now=NOW)
        forget()
        with pytest.raises(LinesRefused) as caught:
            report_sales([reported("2"), reported()], actor=dealer, now=NOW)
        assert [row["row"] for row in caught.value.rows] == [2]
    assert sum(fact.quantity for fact in SalesFact.objects.filter(line_key="1")) == 1


def test_a_dealer_does_not_correct_what_its_store_sent(people):
    with scoped(people["store"].pk) as store:
        report_sales([reported()], actor=store, now=NOW)
        fact = SalesFact.objects.get()
    given = {"quantity": Decimal(9), "amount": Decimal(45), "reason": "x"}
    with scoped(people["dealer"].pk) as dealer, pytest.raises(NotAllowed):
        correct_fact(fact, **given, actor=dealer, now=NOW)


@pytest.mark.parametrize("customer", ["D1", "S2"])
def test_a_customer_stands_below_the_partner(people, customer):
    with scoped(people["dealer"].pk) as dealer:
        line = reported(counterparty=customer)
        with pytest.raises(LinesRefused):
            report_sales([line], flow="sell_through", actor=dealer, now=NOW)


@pytest.mark.parametrize("flow", ["sell_in", "opening"])
def test_a_partner_sends_no_file_of_a_flow_of_the_house(client, people, flow):
    client.force_login(people["dealer"])
    file = SimpleUploadedFile("in.csv", FILE.format(2).encode())
    details = {"file": file, "type": "sales", "options": f'{{"flow": "{flow}"}}'}
    answer = client.post("/api/v1/intake/imports", details)
    assert (answer.status_code, answer.json()["code"]) == (403, "intake.option_reserved")
    file = SimpleUploadedFile("in2.csv", FILE.format(3).encode())
    client.post("/intake/new/", {"type": "sales", "file": file})
    record = Import.objects.get()
    page = client.get(f"/intake/{record.pk}/mapping/").content.decode()
    assert f'value="{flow}"' not in page
    assert 'value="sell_through"' in page
    columns = {f"field_{name}": at for name, at in record.mapping["columns"].items()}
    answer = client.post(f"/intake/{record.pk}/mapping/", {**columns, "option_flow": flow})
    assert answer.status_code == 422
    assert not SalesFact.objects.exists()


def test_a_partner_leaves_a_file_of_the_house_alone(people, send):
    record = send(FILE.format(2), user=None, options={"flow": "sell_in"})
    assert (record.state, record.accepted, record.quarantined) == ("done", 1, 1)
    with scoped(people["dealer"].pk) as dealer:
        seen = Import.objects.get()
        for attempt in (
            lambda: map_value(
                seen, reason="unknown_item", value="BEER", target="TEA", actor=dealer
            ),
            lambda: discard_rows(seen, reason="unknown_item", actor=dealer),
            lambda: start_replay(seen, actor=dealer),
            lambda: queue_import(seen, actor=dealer),
            lambda: cancel_import(seen, actor=dealer),
            lambda: confirm_mapping(seen, columns={}, options={}, actor=dealer, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_only_a_value_that_waits_is_mapped(people, send):
    """An alias goes before the look-up: for a known code it would rewrite later files of the house."""
    record = send(FILE.format(2), user=people["dealer"])
    with scoped(people["dealer"].pk) as dealer:
        seen = Import.objects.get()
        with pytest.raises(DomainError):
            map_value(seen, reason="unknown_item", value="TEA", target="COLA", actor=dealer)
        assert not ValueAlias.objects.exists()
        map_value(seen, reason="unknown_item", value="BEER", target="COLA", actor=dealer)
    assert record.quarantined == 1


def test_a_file_does_not_override_what_headquarters_stated(people, send):
    first = send(FILE.format(2), user=None)
    assert first.accepted == 1
    forget()
    again = send(FILE.format(50), user=people["dealer"], name="again.csv")
    assert (again.state, again.error["code"]) == ("failed", "sales.stated_by_house")
    assert SalesFact.objects.count() == 1
