"""Safety stock: set by its partner or headquarters, suggested by sales, warned of, never given away."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yunhe.goods.transfers.models import SafetyStock, StockAlert
from yunhe.goods.transfers.queries import Wish, list_proposals, list_safety, suggest_safety
from yunhe.goods.transfers.services import refresh_alerts, set_safety
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import DomainError, NotAllowed
from yunhe.platform.intake.runner import run_import
from yunhe.platform.intake.services import confirm_mapping, queue_import, register_file
from yunhe.trade.catalog.services import SkuRow, ensure_catalog
from yunhe.trade.sales.services import FactLine, record_facts

from .test_transfers import DAY, NOW, SYSTEM, D, sku

__all__ = ["sku"]
pytestmark = pytest.mark.django_db
WISH = Wish(D("0.95"), 4)


def held(node):
    return {row.sku.code: row.quantity for row in SafetyStock.objects.filter(node=node)}


def every_other_day(node, sku_id, quantity, *, until):
    """Sales of four weeks' worth of days, as in the example of the unit test."""
    facts = [
        FactLine(
            line_key=f"{node.pk}-{at}",
            node_id=node.pk,
            sku_id=sku_id,
            on=until - timedelta(days=2 * at),
            quantity=D(quantity),
        )
        for at in range(28)
    ]
    record_facts(facts, flow="sell_out", source="test", now=NOW)


def another(code="B"):
    row = SkuRow(
        code=code,
        name=code,
        brand=("B", "b", ""),
        category=(("C", "c", ""),),
        product=("P", "p", ""),
    )
    return ensure_catalog([row], actor=SYSTEM)[code]


def test_below_it_is_an_alert_even_without_stock_or_sales_on_the_books(tree, sku):
    other = another()
    set_safety(tree["D2"], {other: D(12)}, actor=SYSTEM)
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    alert = StockAlert.objects.get(sku=other)
    assert (alert.kind, alert.quantity, alert.days, alert.amount) == ("low", 0, None, 12)
    assert alert.severity == 3


def test_what_a_neighbour_wants_to_keep_is_not_proposed(tree, sku):
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    assert [line.goods[0].quantity for line in list_proposals(on=DAY)] == [23]
    set_safety(tree["D1"], {sku: D(190)}, actor=SYSTEM)
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    assert [line.goods[0].quantity for line in list_proposals(on=DAY)] == [10]


def test_setting_names_products_and_leaves_the_others(tree, sku):
    other = another()
    assert set_safety(tree["D1"], {sku: D(5), other: D(7)}, actor=SYSTEM) == 2
    set_safety(tree["D1"], {sku: D(6)}, actor=SYSTEM)
    assert held(tree["D1"]) == {"A": 6, "B": 7}
    with CaptureQueriesContext(connection) as found:
        set_safety(tree["D1"], {sku: D(0), other: D(8)}, actor=SYSTEM)
    assert held(tree["D1"]) == {"B": 8}
    assert len([q for q in found if "transfers_safetystock" in q["sql"]]) == 2


@pytest.mark.parametrize("quantity", ["-1", "2.5", "100000000", "0.0001"])
def test_impossible_quantities_are_refused(tree, sku, quantity):
    with pytest.raises(DomainError):
        set_safety(tree["D1"], {sku: D(quantity)}, actor=SYSTEM)
    assert not SafetyStock.objects.exists()


def test_only_partners_have_it(tree, sku):
    with pytest.raises(DomainError, match="渠道伙伴"):
        set_safety(tree["R1"], {sku: D(1)}, actor=SYSTEM)


def test_a_dealer_sets_its_own_and_its_stores_and_nobody_else_s(tree, sku, make_user):
    from yunhe.channel.network.models import Partner

    Partner.objects.create(node=tree["S1"], level="store")
    set_safety(tree["D2"], {sku: D(3)}, actor=SYSTEM)
    with scoped(make_user("dealer_owner", tree["D1"]).pk) as actor:
        set_safety(tree["D1"], {sku: D(9)}, actor=actor)
        set_safety(tree["S1"], {sku: D(2)}, actor=actor)
        with pytest.raises(NotAllowed), transaction.atomic():
            set_safety(tree["D2"], {sku: D(99)}, actor=actor)
        assert {row.node_id for row in list_safety()} == {tree["D1"].pk, tree["S1"].pk}
    assert held(tree["D2"]) == {"A": 3}


def test_sales_suggest_what_the_formula_says(tree, sku):
    other = another()
    every_other_day(tree["D2"], other, 4, until=DAY)
    with CaptureQueriesContext(connection) as found:
        rows = {row.sku.code: row for row in suggest_safety(tree["D2"], WISH, on=DAY)}
    assert len(found) == 3
    assert (rows["B"].daily, rows["B"].present, rows["B"].suggested) == (D("2.0"), 0, 7)
    # 56 on one day: sigma = 7.4833, 1.64485 * 7.4833 * 2 = 24.6
    assert rows["A"].suggested == 25
    assert suggest_safety(tree["S2"], WISH, on=DAY) == []


def test_pages_of_headquarters(tree, sku, make_user, client):
    client.cookies["django_language"] = "en"
    every_other_day(tree["D2"], another(), 4, until=timezone.localdate())
    client.force_login(make_user("sales_ops", tree["HQ"]))
    done = client.post("/transfers/alerts/safety/set/", {"node": "D2", "rows": "A 30\nB 5"})
    assert (done.status_code, done["Location"]) == (302, "/transfers/alerts/safety/")
    page = client.get("/transfers/alerts/safety/?state=below").content.decode()
    assert page.count("below the safety stock") >= 2
    refused = client.post("/transfers/alerts/safety/set/", {"node": "D2", "rows": "A 2.5"})
    assert refused.status_code == 422
    assert "counted in whole" in refused.content.decode()
    asked = {"node": "D2", "lead_days": "4", "service": "95"}
    seen = client.post("/transfers/alerts/safety/suggest/", asked)
    address = seen["Location"]
    assert address.startswith("/transfers/alerts/safety/suggested/?")
    page = client.get(address).content.decode()
    assert "service level 95 % · 4 days to arrival" in page
    assert held(tree["D2"]) == {"A": 30, "B": 5}
    client.post(address.replace("suggested", "take-over"))
    assert held(tree["D2"])["B"] == 7
    assert (
        client.get("/transfers/alerts/safety/suggested/")["Location"]
        == "/transfers/alerts/safety/suggest/"
    )


def test_pages_of_the_phone_know_only_the_own_places(tree, sku, make_user, client):
    client.force_login(make_user("dealer_owner", tree["D1"]))
    own = {"node": tree["D1"].pk, "rows": "A 11"}
    assert client.post("/portal/transfers/alerts/safety/set/", own).status_code == 302
    assert held(tree["D1"]) == {"A": 11}
    foreign = {"node": tree["D2"].pk, "rows": "A 11"}
    assert client.post("/portal/transfers/alerts/safety/set/", foreign).status_code == 422
    wish = f"?node={tree['D2'].pk}&lead_days=4&service=95"
    assert client.get(f"/portal/transfers/alerts/safety/suggested/{wish}").status_code == 302
    client.post(f"/portal/transfers/alerts/safety/take-over/{wish}")
    assert held(tree["D2"]) == {}
    page = client.get("/portal/transfers/alerts/safety/").content.decode()
    assert "A" in page


def test_over_the_api(tree, sku, make_user, client):
    client.force_login(make_user("dealer_owner", tree["D1"]))

    def put(node, *lines):
        body = {"node_id": node.pk, "lines": [{"sku": s, "quantity": q} for s, q in lines]}
        return client.put("/api/v1/transfers/safety", body, content_type="application/json")

    assert put(tree["D1"], ("A", "15")).json() == {"products": 1}
    (row,) = client.get("/api/v1/transfers/safety?state=above").json()["items"]
    assert (row["sku"], row["quantity"], row["on_hand"]) == ("A", "15.000", "200.000")
    assert client.get("/api/v1/transfers/safety?state=below").json()["items"] == []
    unknown = put(tree["D1"], ("A", "1"), ("NOPE", "1"))
    assert unknown.status_code == 422
    assert [each["row"] for each in unknown.json()["errors"]] == [2]
    assert put(tree["D2"], ("A", "1")).status_code == 404
    asked = f"?node_id={tree['D1'].pk}&lead_days=4&service=0.95"
    found = client.get(f"/api/v1/transfers/safety/suggestions{asked}").json()
    assert isinstance(found, list)
    assert client.get(f"/api/v1/transfers/safety/suggestions{asked}&lead_days=0").status_code == 422


def test_a_file_sets_what_it_names(tree, sku, settings, tmp_path):
    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path
    another()
    text = "门店,货号,安全库存\nD1,A,40\nD2,A,0\nD2,B,9\nD1,B,2.5\nR1,A,3\nD2,NOPE,1\nD1,A,-4\n"
    set_safety(tree["D2"], {sku: D(3)}, actor=SYSTEM)
    record = register_file(
        io.BytesIO(text.encode()), name="s.csv", type_code="safety_stock", actor=SYSTEM, now=NOW
    ).record
    confirm_mapping(record, columns=record.mapping["columns"], options={}, actor=SYSTEM, now=NOW)
    queue_import(record, actor=SYSTEM)
    record = run_import(record.pk, actor=SYSTEM, now=NOW)
    assert (record.state, record.accepted) == ("done", 3)
    assert (held(tree["D1"]), held(tree["D2"])) == ({"A": Decimal(40)}, {"B": Decimal(9)})
    assert sorted(record.exceptions.values_list("reason", flat=True)) == [
        "broken_unit",
        "out_of_range",
        "unknown_item",
        "unknown_store",
    ]
