"""Alerts for a person: by partner, by product, one by one; the most pressing first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yunhe.goods.transfers.models import StockAlert
from yunhe.goods.transfers.queries import SHOWN, fill_worst, group_alerts, list_alerts
from yunhe.trade.catalog.services import SkuRow, ensure_catalog

from .test_transfers import SYSTEM, sku

__all__ = ["sku"]
pytestmark = pytest.mark.django_db
D, DAY = Decimal, date(2026, 11, 22)


def alert(node, sku_id, kind, severity, amount, *, days=1):
    return StockAlert.objects.create(
        node=node,
        sku_id=sku_id,
        kind=kind,
        severity=severity,
        quantity=D(5),
        days=days,
        amount=D(amount),
        since=DAY,
        on=DAY,
    )


@pytest.fixture
def alerts(tree, sku):
    """D1: one to watch and one soon; D2: one that is pressing. Product A at both, B at D1."""
    row = SkuRow(
        code="B", name="B", brand=("B", "b", ""), category=(("C", "c", ""),), product=("P", "p", "")
    )
    other = ensure_catalog([row], actor=SYSTEM)["B"]
    return [
        alert(tree["D1"], sku, "over", 1, 40, days=90),
        alert(tree["D1"], other, "expiry", 2, 6, days=9),
        alert(tree["D2"], sku, "low", 3, 23, days=0),
    ]


def test_groups_hold_every_fact_of_their_alerts(alerts, tree):
    partners = group_alerts(list_alerts(), "node")
    assert [(g.code, g.severity, g.alerts, g.order, g.spare) for g in partners] == [
        ("D2", 3, 1, D(23), D(0)),
        ("D1", 2, 2, D(0), D(46)),
    ]
    products = group_alerts(list_alerts(), "sku")
    assert [(g.code, g.now, g.soon, g.kinds) for g in products] == [
        ("A", 1, 0, {"low": 1, "over": 1, "slow": 0, "expiry": 0}),
        ("B", 0, 1, {"low": 0, "over": 0, "slow": 0, "expiry": 1}),
    ]
    fill_worst(products, list_alerts(), "sku")
    assert [[a.node.code for a in group.worst] for group in products] == [["D2", "D1"], ["D1"]]


def test_a_fold_shows_the_worst_few(tree, sku):
    for at in range(SHOWN + 2):
        row = SkuRow(
            code=f"N{at}",
            name="n",
            brand=("B", "b", ""),
            category=(("C", "c", ""),),
            product=("P", "p", ""),
        )
        alert(tree["D1"], ensure_catalog([row], actor=SYSTEM)[f"N{at}"], "over", 1, at, days=at)
    [group] = group_alerts(list_alerts(), "node")
    fill_worst([group], list_alerts(), "node")
    assert (group.alerts, [a.days for a in group.worst]) == (SHOWN + 2, list(range(SHOWN)))


def test_pages_never_ask_per_group(alerts, tree, make_user, client):
    client.force_login(make_user("sales_ops", tree["HQ"]))
    StockAlert.objects.exclude(node=tree["D2"]).delete()
    pages = ("/transfers/alerts/", "/transfers/alerts/products/", "/transfers/alerts/all/")

    def queries(page: str) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as found:
            assert client.get(page).status_code == 200
        return len(found)

    one = {page: queries(page) for page in pages}
    for kind in ("over", "slow"):
        alert(tree["D1"], alerts[0].sku_id, kind, 1, 4)
        alert(tree["S1"], alerts[1].sku_id, kind, 1, 4)
    assert {page: queries(page) for page in pages} == one


def test_filters_narrow_the_groups_and_lead_to_single_alerts(alerts, tree, make_user, client):
    client.force_login(make_user("sales_ops", tree["HQ"]))
    page = client.get("/transfers/alerts/?severity=3").content.decode()
    assert f"/transfers/alerts/all/?partner={tree['D2'].pk}" in page
    assert f"/transfers/alerts/all/?partner={tree['D1'].pk}" not in page
    assert "/transfers/alerts/products/?severity=3" in page
    rows = b"".join(client.get(f"/transfers/alerts/all/?partner={tree['D1'].pk}&export=csv"))
    assert len(rows.decode().strip().splitlines()) == 3  # the heading and both alerts


def test_a_dealer_sees_the_own_stock_and_each_store_s(alerts, tree, make_user, client):
    alert(tree["S1"], alerts[0].sku_id, "low", 3, 2, days=0)
    client.force_login(make_user("dealer_owner", tree["D1"]))
    shown = client.get("/portal/transfers/alerts/").content.decode()
    assert "/portal/transfers/new/?way=offer" in shown
    assert "way=ask" not in shown  # the store's alert is not the dealer's own
    every = client.get("/portal/transfers/alerts/all/").content.decode()
    # a partner's name stands where there are several to tell apart
    assert ["sort=node" in page for page in (shown, every)] == [False, True]
    stores = client.get("/portal/transfers/alerts/stores/").content.decode()
    assert f"/portal/transfers/alerts/all/?partner={tree['S1'].pk}" in stores
    client.force_login(make_user("store", tree["S1"]))
    own = client.get("/portal/transfers/alerts/").content.decode()
    assert "/portal/orders/" in own
    assert "/portal/transfers/new/" not in own


@pytest.mark.parametrize(
    ("language", "of_headquarters", "of_places", "of_stores"),
    [("en", "2 partners", "2 places", "1 store"), ("zh-hans", "2 家伙伴", "2 个地点", "1 家门店")],
)
def test_tiles_say_where_in_the_reader_s_sense(  # noqa: PLR0917  # fixtures and a case
    tree, sku, make_user, client, language, of_headquarters, of_places, of_stores
):
    """A reader who is one partner is not told that the alerts are at one partner."""
    alert(tree["D1"], sku, "low", 3, 2, days=0)
    alert(tree["S1"], sku, "low", 3, 2, days=0)
    client.cookies["django_language"] = language

    def notes(role, node, page):
        client.force_login(make_user(role, tree[node], f"{role}{page}"))
        return {stat.note for stat in client.get(page).context["stats"] if stat.value == stat_value}

    portal = "/portal/transfers/alerts/"
    stat_value = "2"
    assert notes("sales_ops", "HQ", "/transfers/alerts/") == {of_headquarters}
    assert notes("dealer_owner", "D1", f"{portal}all/") == {of_places}
    stat_value = "1"
    assert notes("dealer_owner", "D1", portal) == {""}
    assert notes("dealer_owner", "D1", f"{portal}stores/") == {of_stores}
    assert notes("store", "S1", portal) == {""}
    assert client.get(portal).context["tabs"] is None
