"""Imports and sales in the browser and over the API, as a clerk and as a stranger."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.runner import run_import
from yunhe.platform.jobs.models import JobRun
from yunhe.trade.sales.models import ClosedPeriod, SalesFact

pytestmark = pytest.mark.django_db
FILE = "日期,门店,货号,数量,金额\n2026-11-01,S1,TEA,2,8\n2026-11-01,S1,BEER,1,5\n2026-11-02,S2,TEA,1,4\n"


@pytest.fixture
def partners(tree):
    from yunhe.channel.network.models import Partner

    for code, level in (("D1", "dealer"), ("D2", "dealer"), ("S1", "store"), ("S2", "store")):
        Partner.objects.create(node=tree[code], level=level)
    return tree


@pytest.fixture
def sign_in(client, make_user, partners, catalog, own_storage):
    def as_(role, node):
        client.force_login(make_user(role, partners[node]))
        client.cookies["django_language"] = "en"
        return client

    return as_


def upload(client, text=FILE, name="销售.csv"):
    file = SimpleUploadedFile(name, text.encode("gb18030"))
    return client.post("/intake/new/", {"type": "sales", "file": file})


def work(record):
    return run_import(record.pk, actor=system_principal("test"), now=timezone.now())


def test_a_clerk_uploads_maps_checks_posts_and_fetches_the_receipt(sign_in):
    client = sign_in("dealer_clerk", "D1")
    answer = upload(client)
    record = Import.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/intake/{record.pk}/mapping/"
    page = client.get(answer["Location"]).content.decode()
    assert "货号 (TEA)" in page
    assert "<td data-content>BEER</td>" in page
    form = {f"field_{name}": at for name, at in record.mapping["columns"].items()}
    options = {"option_flow": "sell_out", "option_currency": "CNY", "hold": "on"}
    answer = client.post(f"/intake/{record.pk}/mapping/", {**form, **options})
    assert answer["Location"] == f"/intake/{record.pk}/"
    assert JobRun.objects.get(job="intake.run").arguments == {"import_id": record.pk}
    assert b"hx-get" in client.get(f"/intake/{record.pk}/").content
    assert work(record).state == "checked"
    page = client.get(f"/intake/{record.pk}/").content.decode()
    assert "BEER" in page
    assert SalesFact.objects.count() == 0
    assert client.post(f"/intake/{record.pk}/start/").status_code == 302
    record = work(record)
    assert (record.state, record.accepted, record.quarantined) == ("done", 1, 2)
    receipt = client.get(f"/intake/{record.pk}/receipt/")
    rows = list(csv.reader(io.StringIO(receipt.getvalue().decode("utf-8-sig"))))
    assert [row[:1] + row[2:3] for row in rows[1:]] == [
        ["2", ""],
        ["3", "unknown_item"],
        ["4", "unknown_store"],
    ]
    assert client.get(f"/intake/{record.pk}/receipt/?format=xlsx").getvalue()[:2] == b"PK"
    assert client.get(f"/intake/{record.pk}/progress/")["HX-Refresh"] == "true"
    page = client.get(f"/intake/{record.pk}/rows/?reason=unknown_item").content.decode()
    assert "BEER" in page
    assert not re.search(r">\s*S2\s*<", page)


def test_the_same_file_again_leads_to_its_import(sign_in):
    client = sign_in("dealer_clerk", "D1")
    upload(client)
    record = Import.objects.get()
    record.state = "done"
    record.save()
    assert upload(client)["Location"] == f"/intake/{record.pk}/"
    assert Import.objects.count() == 1


def test_a_bad_file_comes_back_with_the_form_and_a_sentence(sign_in):
    client = sign_in("dealer_clerk", "D1")
    answer = client.post(
        "/intake/new/", {"type": "sales", "file": SimpleUploadedFile("x.csv", b"")}
    )
    assert answer.status_code == 422
    assert "The file is empty" in answer.content.decode() or "文件" in answer.content.decode()
    assert Import.objects.count() == 0


def test_a_mapping_without_a_needed_column_comes_back_naming_it(sign_in):
    client = sign_in("dealer_clerk", "D1")
    upload(client)
    record = Import.objects.get()
    answer = client.post(f"/intake/{record.pk}/mapping/", {"option_flow": "sell_out"})
    assert answer.status_code == 422
    assert Import.objects.get().state == "registered"


def test_map_and_discard_from_the_quarantine(sign_in):
    client = sign_in("dealer_clerk", "D1")
    upload(client)
    record = Import.objects.get()
    form = {f"field_{name}": at for name, at in record.mapping["columns"].items()}
    client.post(f"/intake/{record.pk}/mapping/", {**form, "option_flow": "sell_out"})
    record = work(record)
    told = {"reason": "unknown_item", "value": "BEER", "target": "NOWHERE"}
    assert client.post(f"/intake/{record.pk}/map/", told).status_code in {302, 422}
    assert not JobRun.objects.filter(job="intake.replay").exists()
    assert client.post(f"/intake/{record.pk}/map/", {**told, "target": "water"}).status_code == 302
    assert JobRun.objects.filter(job="intake.replay").count() == 1
    from yunhe.platform.intake.quarantine import replay_import

    record = replay_import(record.pk, actor=system_principal("test"), now=timezone.now())
    assert (record.accepted, record.quarantined) == (2, 1)
    client.post(f"/intake/{record.pk}/discard/", {"reason": "unknown_store", "value": "S2"})
    record.refresh_from_db()
    assert (record.quarantined, record.discarded) == (0, 1)


@pytest.mark.parametrize("path", ["", "mapping/", "rows/", "receipt/", "progress/"])
def test_a_stranger_finds_nothing(sign_in, path):
    upload(sign_in("dealer_clerk", "D1"))
    record = Import.objects.get()
    assert sign_in("dealer_clerk", "D2").get(f"/intake/{record.pk}/{path}").status_code == 404


@pytest.mark.parametrize("action", ["start", "cancel", "reopen", "replay", "map", "discard"])
def test_a_stranger_does_nothing(sign_in, action):
    upload(sign_in("dealer_clerk", "D1"))
    record = Import.objects.get()
    client = sign_in("dealer_clerk", "D2")
    assert client.post(f"/intake/{record.pk}/{action}/").status_code == 404


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_take_the_same_queries_for_one_row_and_three(sign_in, send):
    client = sign_in("dealer_clerk", "D1")
    record = send("date,sku,qty\n2026-11-01,TEA,1\n2026-11-01,NO,1\n")
    urls = ("/intake/", f"/intake/{record.pk}/rows/", "/sales/")
    one = [queries(client, url) for url in urls]
    again = send(
        "date,sku,qty\n2026-11-01,TEA,1\n2026-11-01,COLA,1\n2026-11-01,NO,1\n2026-11-01,N2,1\n2026-11-01,N3,1\n"
    )
    send("date,sku,qty\n2026-11-03,WATER,1\n")
    urls = ("/intake/", f"/intake/{again.pk}/rows/", "/sales/")
    assert [queries(client, url) for url in urls] == one


def test_a_scan_is_reported_once_however_often_it_is_sent(sign_in, partners):
    client = sign_in("store", "S1")
    assert "data-offline-queue" in client.get("/portal/sales/scan/").content.decode()
    given = {"item": "6901234567892", "quantity": "2", "on": "2026-11-20", "key": "k"}
    headers = {"Accept": "application/json", "Idempotency-Key": "0f8fad5b"}
    first = client.post("/portal/sales/scan/", given, headers=headers)
    second = client.post("/portal/sales/scan/", given, headers=headers)
    assert (first.json(), second.json()) == (
        {"recorded": 1, "duplicates": 0},
        {"recorded": 0, "duplicates": 1},
    )
    fact = SalesFact.objects.get()
    assert (fact.node_id, fact.quantity, fact.flow, fact.on) == (
        partners["S1"].pk,
        Decimal(2),
        "sell_out",
        date(2026, 11, 20),
    )
    refused = client.post("/portal/sales/scan/", {**given, "item": "NO"}, headers=headers)
    assert refused.status_code == 422
    assert "NO" in refused.json()["detail"]
    assert client.post("/portal/sales/scan/", {**given, "key": "k2"}).status_code == 302
    assert SalesFact.objects.count() == 2


def test_sales_pages(sign_in, send):
    send("date,sku,qty,amount,line key\n2026-11-01,TEA,5,9,A\n")
    send("date,sku,qty,amount,line key\n2026-11-01,TEA,4,8,A\n")
    client = sign_in("dealer_owner", "D1")
    delta = SalesFact.objects.order_by("-id").first()
    page = client.get(f"/sales/{delta.pk}/").content.decode()
    assert page.count(f"/sales/{delta.corrects_id}/") == 1
    exported = client.get("/sales/?export=csv")
    assert exported.status_code == 200
    for query in (
        "nature=correction",
        "nature=return",
        "nature=late",
        "flow=sell_out",
        "q=TEA",
        "partner=D1",
    ):
        assert client.get(f"/sales/?{query}").status_code == 200
    assert client.get("/sales/periods/").status_code == 403
    assert sign_in("dealer_owner", "D2").get(f"/sales/{delta.pk}/").status_code == 404


def test_finance_closes_a_period(sign_in):
    client = sign_in("finance", "HQ")
    assert client.get("/sales/periods/close/").status_code == 200
    answer = client.post("/sales/periods/close/", {"flow": "sell_out", "before": "2026-10-31"})
    assert answer["Location"] == "/sales/periods/"
    assert ClosedPeriod.objects.get().before == date(2026, 11, 1)
    assert "2026-10-31" in client.get("/sales/periods/").content.decode()
    assert (
        client.post(
            "/sales/periods/close/", {"flow": "sell_out", "before": "2026-09-30"}
        ).status_code
        == 422
    )


def test_the_api_takes_a_file_tells_its_state_and_gives_the_receipt(sign_in, partners):
    client = sign_in("dealer_clerk", "D1")
    mapping = (
        '{"on": "日期", "store": "门店", "item": "货号", "quantity": "数量", "amount": "金额"}'
    )

    def post():
        file = SimpleUploadedFile("s.csv", FILE.encode())
        return client.post(
            "/api/v1/intake/imports", {"file": file, "type": "sales", "mapping": mapping}
        )

    answer = post()
    assert answer.status_code == 202, answer.content
    number = answer.json()["id"]
    assert answer.json()["state"] == "queued"
    work(Import.objects.get(pk=number))
    again = post().json()
    assert (again["id"], again["state"], again["accepted"], again["quarantined"]) == (
        number,
        "done",
        1,
        2,
    )
    assert client.get(f"/api/v1/intake/imports/{number}").json()["rows"] == 3
    rows = client.get(f"/api/v1/intake/imports/{number}/rows").json()["items"]
    assert [(row["row"], row["reasons"][0]["code"]) for row in rows] == [
        (3, "unknown_item"),
        (4, "unknown_store"),
    ]
    receipt = client.get(f"/api/v1/intake/imports/{number}/receipt?problems=true")
    assert receipt.getvalue().decode("utf-8-sig").count("\n") == 3
    assert client.post(f"/api/v1/intake/imports/{number}/replay").status_code == 202
    assert client.post(f"/api/v1/intake/imports/{number}/start").status_code == 409
    stranger = sign_in("dealer_clerk", "D2")
    assert stranger.get(f"/api/v1/intake/imports/{number}").status_code == 404
    assert stranger.get("/api/v1/intake/imports").json()["items"] == []


def test_the_api_refuses_a_bad_file_and_a_bad_mapping(sign_in):
    client = sign_in("dealer_clerk", "D1")
    file = SimpleUploadedFile("s.csv", b"%PDF-1.7")
    answer = client.post("/api/v1/intake/imports", {"file": file, "type": "sales"})
    assert (answer.status_code, answer.json()["code"]) == (422, "intake.wrong_type")
    for mapping, code in (
        ("{", "intake.mapping_incomplete"),
        ('{"on": "nope"}', "intake.mapping_incomplete"),
    ):
        file = SimpleUploadedFile("s.csv", FILE.encode())
        answer = client.post("/api/v1/intake/imports", {"file": file, "mapping": mapping})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Import.objects.count() == 0


def test_the_api_records_facts_by_line_key(sign_in):
    client = sign_in("dealer_owner", "D1")
    lines = [
        {
            "line_key": "1",
            "item": "TEA",
            "on": "2026-11-01",
            "quantity": "3",
            "amount": "9.5",
            "node": "S1",
        },
        {"line_key": "2", "item": "COLA", "on": "2026-11-01", "quantity": "1", "unit": "case"},
    ]

    def post(body):
        return client.post("/api/v1/sales/facts", body, content_type="application/json")

    assert post({"lines": lines}).json() == {"recorded": 2, "corrected": 0, "duplicates": 0}
    lines[0]["quantity"] = "4"
    assert post({"lines": lines}).json() == {"recorded": 1, "corrected": 1, "duplicates": 1}
    lines[0]["node"] = "S2"
    refused = post({"lines": lines})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["row"] == 1
    listed = client.get("/api/v1/sales/facts?item=TEA").json()["items"]
    assert [(fact["quantity"], fact["node"]) for fact in listed] == [
        ("1.0000", "S1"),
        ("3.0000", "S1"),
    ]
    assert sign_in("store", "S2").get("/api/v1/sales/facts").json()["items"] == []


def test_a_dealer_scans_sales_to_consumers_and_to_its_own_customers(sign_in, partners):
    client = sign_in("dealer_clerk", "D1")
    page = client.get("/portal/sales/scan/").content.decode()
    assert 'value="S1"' in page
    assert 'value="S2"' not in page
    given = {"item": "TEA", "quantity": "2", "on": "2026-11-20"}
    url, headers = "/portal/sales/scan/", {"Accept": "application/json"}
    for at, to in enumerate(("", "S1", "-")):
        told = {**given, "to": to, "key": f"k{at}"}
        assert client.post(url, told, headers=headers).json()["recorded"] == 1
    assert list(
        SalesFact.objects.order_by("id").values_list("flow", "counterparty__code", "by_house")
    ) == [("sell_out", None, False), ("sell_through", "S1", False), ("sell_through", None, False)]
    assert client.post(url, {**given, "to": "S2", "key": "k9"}, headers=headers).status_code == 422
    assert "S1" in client.get(url).content.decode()
    store = sign_in("store", "S1")
    assert 'name="to"' not in store.get(url).content.decode()
