"""A new installation and a file: from nothing to posted lines, in whatever order master data come."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from yunhe.channel.network.models import Partner
from yunhe.channel.network.services import ensure_headquarters
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.intake.bring import How, bring_file
from yunhe.platform.intake.errors import MappingIncomplete
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.queue import start_import
from yunhe.platform.intake.services import confirm_mapping, register_file
from yunhe.platform.jobs.worker import drain
from yunhe.trade.catalog.models import Sku
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ACTOR = system_principal("test")
SALES = (
    "date,store,item,qty,amount,description\n2026-11-01,T1,A1,2,10.00,Soda\n"
    "2026-11-02,T2,A1,1,5.00,Soda\n2026-11-02,T2,A2,3,4.50,Water\n"
)


def bring(tmp_path, name, text, code, **options):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return bring_file(file, type_code=code, actor=ACTOR, now=NOW, **options)


def test_an_empty_installation_keeps_every_line_until_master_data_come(own_storage, tmp_path):
    ensure_headquarters(now=NOW)
    ensure_headquarters(now=NOW)
    assert list(Node.objects.values_list("code", flat=True)) == ["HQ"]
    first = bring(tmp_path, "s.csv", SALES, "sales")
    assert (first.rows, first.accepted, first.quarantined) == (3, 0, 3)
    assert first.amount == first.amount_quarantined == Decimal("19.50")

    stores = bring(tmp_path, "t.csv", "store,name\nT1,One\nT2,Two\n", "stores")
    assert (stores.accepted, stores.released) == (2, {})
    products = bring(tmp_path, "p.csv", "code,description\nA1,Soda\n", "products")
    assert products.released == {"s.csv": 2}
    assert "s.csv" in products.as_text()

    again = bring(tmp_path, "s.csv", SALES, "sales")
    assert (again.known, again.accepted, again.quarantined) == (True, 2, 1)
    assert again.amount_accepted + again.amount_quarantined == Decimal("19.50")
    bring(tmp_path, "p2.csv", "code,description\nA2,Water\n", "products")
    assert SalesFact.objects.count() == 3


def test_a_file_without_partners_is_own_sales_when_master_data_may_be_made(own_storage, tmp_path):
    ensure_headquarters(now=NOW)
    text = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n" + (
        "1,A1,2,2026-11-01,5.00,17850.0\nC2,A1,-1,2026-11-02,5.00,\n"
    )
    with pytest.raises(MappingIncomplete):
        bring(tmp_path, "r.csv", text, "sales")
    report = bring(tmp_path, "r.csv", text, "sales", how=How(create_master=True))
    assert (report.accepted, report.quarantined) == (2, 0)
    facts = SalesFact.objects.order_by("on")
    assert list(facts.values_list("node__code", "counterparty__code", "quantity")) == [
        ("OWN", "17850", 2),
        ("OWN", None, -1),
    ]
    again = bring(tmp_path, "r.csv", text, "sales", how=How(create_master=True))
    assert (again.known, again.accepted, Import.objects.count()) == (True, 2, 1)


def test_one_button_creates_what_a_file_lacks(client, tree, make_user, own_storage, tmp_path):
    record = Import.objects.get(pk=bring(tmp_path, "s.csv", SALES, "sales").import_id)
    client.force_login(make_user("data_steward", tree["HQ"], "steward"))
    page = client.get(reverse("intake:detail", args=[record.pk])).content.decode()
    assert "4 个伙伴和商品" in page  # two stores, two products
    create = reverse("intake:create_missing", args=[record.pk])
    assert create in page
    assert client.post(create).status_code == 302
    drain()
    record.refresh_from_db()
    assert (record.accepted, record.quarantined) == (3, 0)
    assert Partner.objects.filter(node__code__in=["T1", "T2"], node__parent=tree["HQ"]).count() == 2
    assert list(Sku.objects.order_by("code").values_list("code", "name")) == [
        ("A1", "Soda"),
        ("A2", "Water"),
    ]


def test_it_also_follows_a_check(client, tree, make_user, own_storage, tmp_path):
    steward = make_user("data_steward", tree["HQ"], "steward")
    file = tmp_path / "s.csv"
    file.write_text(SALES, encoding="utf-8")
    with scoped(steward.pk) as actor, file.open("rb") as handle:
        record = register_file(handle, name="s.csv", type_code="sales", actor=actor, now=NOW).record
        confirm_mapping(record, columns=record.mapping["columns"], options={}, actor=actor, now=NOW)
        start_import(record, actor=actor, hold=True)
    drain()
    record.refresh_from_db()
    assert (record.state, record.quarantined) == ("checked", 3)
    client.force_login(steward)
    assert client.post(reverse("intake:create_missing", args=[record.pk])).status_code == 302
    drain()
    record.refresh_from_db()
    assert (record.state, record.accepted, record.quarantined) == ("done", 3, 0)


def test_nobody_creates_master_data_beyond_the_own_rights(
    client, tree, make_user, own_storage, tmp_path
):
    record = Import.objects.get(pk=bring(tmp_path, "s.csv", SALES, "sales").import_id)
    create = reverse("intake:create_missing", args=[record.pk])
    client.force_login(make_user("it_admin", tree["HQ"], "it"))
    assert create not in client.get(reverse("intake:detail", args=[record.pk])).content.decode()
    assert client.post(create).status_code == 403
    client.force_login(make_user("regional_manager", tree["R1"], "regional"))
    assert client.post(create).status_code in {403, 404}
    assert not Partner.objects.filter(node__code="T1").exists()


def test_files_of_master_data_release_waiting_rows_in_the_background(
    client, tree, make_user, own_storage, tmp_path
):
    sales = bring(tmp_path, "s.csv", SALES, "sales")
    client.force_login(make_user("data_steward", tree["HQ"], "steward"))
    for code, text in (
        ("stores", "store,name\nT1,One\nT2,Two\n"),
        ("products", "code,description\nA1,Soda\nA2,Water\n"),
    ):
        file = tmp_path / f"{code}.csv"
        file.write_text(text, encoding="utf-8")
        with file.open("rb") as handle:
            answer = client.post(reverse("intake:create"), {"type": code, "file": handle})
        client.get(answer["Location"])
        record = Import.objects.get(type_code=code)
        columns = {f"field_{name}": at for name, at in record.mapping["columns"].items()}
        client.post(answer["Location"], columns)
        drain()
        assert Import.objects.get(type_code=code).state == "done"
    record = Import.objects.get(pk=sales.import_id)
    assert (record.accepted, record.quarantined) == (3, 0)
