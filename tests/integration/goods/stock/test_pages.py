"""Pages and API of lots, the map, and the check."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.queries import list_shelf_rules
from yunhe.goods.stock.services import (
    GoodsLine,
    MovementLine,
    check_balances,
    open_place,
    receive_goods,
    record_movements,
)
from yunhe.platform.access.principal import system_principal
from yunhe.trade.catalog.services import SkuRow, ensure_catalog

pytestmark = pytest.mark.django_db
D = Decimal
SYSTEM = system_principal("test")


@pytest.fixture
def world(tree, make_user, client):
    row = SkuRow(
        code="A", name="A", brand=("B", "b", ""), category=(("C", "c", ""),), product=("P", "p", "")
    )
    tree["sku"] = ensure_catalog([row], actor=SYSTEM)["A"]
    for code in ("D1", "D2"):
        Partner.objects.create(node=tree[code], level="dealer", province="310000")
    when = {"on": timezone.localdate(), "actor": SYSTEM, "now": timezone.now()}
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    goods = [GoodsLine(sku_id=tree["sku"], quantity=D(50))]
    receive_goods(tree["HQ"].pk, goods, ref="GR", **when)
    client.force_login(make_user("sales_ops", tree["HQ"]))
    return tree


def hold(world, code, quantity, *, days=0):
    moment = timezone.now() - timedelta(days=days)
    line = MovementLine(
        sku_id=world["sku"],
        quantity=D(quantity),
        reason="opening",
        key=f"{code}{quantity}",
        target=world[code].pk,
    )
    record_movements([line], on=moment.date(), actor=SYSTEM, now=moment)


def test_the_map_shows_what_partners_hold_and_how_old_the_reading_is(client, world):
    hold(world, "D1", 7, days=9)
    with CaptureQueriesContext(connection) as one:
        page = client.get("/stock/nationwide/").content.decode()
    assert "甲经销商" in page or "D1 EN" in page
    for code, quantity in (("D2", 5), ("S1", 2)):
        hold(world, code, quantity)
    with CaptureQueriesContext(connection) as three:
        client.get("/stock/nationwide/")
    assert len(one) == len(three)


def lots_in(page: str) -> set[str]:
    """Lots shown in cells: the page's random tokens may hold any two letters."""
    return set(re.findall(r">\s*(L\d)\s*<", page))


def test_goods_are_received_with_their_lots_and_listed(client, world):
    later = timezone.localdate() + timedelta(days=20)
    rows = f"A 10 L1 {later.isoformat()}\nA 5"
    data = {"node": "HQ", "ref": "GR-2", "on": timezone.localdate(), "rows": rows}
    assert client.post("/stock/receive/", data).status_code == 302
    page = client.get("/stock/lots/").content.decode()
    assert lots_in(page) == {"L1"}
    assert lots_in(client.get("/stock/lots/?days=0").content.decode()) == set()
    assert lots_in(client.get("/stock/lots/?days=30&q=a").content.decode()) == {"L1"}
    read = {"node": "HQ", "ref": "LC", "on": timezone.localdate(), "rows": "A 12 L1\nA 3 L2"}
    assert client.post("/stock/lots/record/", read).status_code == 302
    found = client.get(f"/api/v1/stock/lots?node_id={world['HQ'].pk}").json()
    assert [(row["lot"], D(row["quantity"])) for row in found] == [("L1", 12), ("L2", 3)]


def test_shelf_life_is_set_and_taken_back(client, world):
    assert client.post("/stock/shelf-life/set/", {"node": "D1", "days": 45}).status_code == 302
    assert list_shelf_rules().get().days == 45
    assert "D1" in client.get("/stock/shelf-life/").content.decode()
    client.post("/stock/shelf-life/set/", {"node": "D1", "days": 0})
    assert not list_shelf_rules().exists()


def test_the_stock_page_says_when_it_was_checked(client, world):
    assert client.get("/api/v1/stock/check/last").json() is None
    check_balances(actor=SYSTEM, now=timezone.now())
    assert client.get("/api/v1/stock/check/last").json()["differences"] == 0
    for url in ("/stock/", "/stock/check/"):
        page = client.get(url, headers={"accept-language": "en"}).content.decode()
        assert "1 balances equal" in page or "1 项结存" in page


def test_picks_are_told_over_the_api(client, world):
    body = {"node_id": world["HQ"].pk, "lines": [{"sku": "A", "quantity": 8}]}
    found = client.post("/api/v1/stock/picks", body, content_type="application/json").json()
    assert [(row["sku"], D(row["quantity"])) for row in found] == [("A", 8)]


def test_places_are_listed_changed_and_told_over_the_api(client, world):
    form = {"node": "D1", "resells": "on", "negative_allowed": "on"}
    assert client.post("/stock/places/set/", form).status_code == 302
    listed = client.get("/stock/places/").content.decode()
    assert all(f'href="/stock/places/{world[code].pk}/"' in listed for code in ("HQ", "D1"))
    page = f"/stock/places/{world['D1'].pk}/"
    shown = client.get(page).context["form"]
    assert [shown[name].value() for name in ("node", "supplies", "resells")] == ["D1", False, True]
    assert client.post(page, {"node": "HQ", "negative_allowed": "on"}).status_code == 302
    url = "/api/v1/stock/places"
    told = {row["node_id"]: row for row in client.get(url).json()["items"]}
    assert (told[world["HQ"].pk]["supplies"], told[world["D1"].pk]["resells"]) == (True, False)
    both = {"node_id": world["D1"].pk, "supplies": True, "resells": True}
    assert client.put(url, both, content_type="application/json").status_code == 422
    sells = {"node_id": world["D1"].pk, "resells": True}
    assert client.put(url, sells, content_type="application/json").json()["resells"] is True


def test_readings_of_partners_are_told_by_pages(client, world):
    hold(world, "D1", 5, days=3)
    hold(world, "D2", 7)
    url = "/api/v1/stock/readings"
    with CaptureQueriesContext(connection) as asked:
        first = client.get(url, {"limit": 1}).json()
    assert sum("stock_stockbalance" in q["sql"] for q in asked) == 2
    (row,) = first["items"]
    assert (row["code"], row["province"], row["available"]) == ("D1", "310000", "5.000")
    (row,) = client.get(url, {"limit": 1, "cursor": first["next"]}).json()["items"]
    assert (row["code"], row["products"], row["available"]) == ("D2", 1, "7.000")
