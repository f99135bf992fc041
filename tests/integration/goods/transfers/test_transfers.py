"""Alerts by rule, proposals, and a transfer that both sides confirm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.errors import StockShort
from yunhe.goods.stock.models import LotBalance, StockBalance
from yunhe.goods.stock.queries import differences
from yunhe.goods.stock.services import LotLabel, MovementLine, ensure_lots, record_movements
from yunhe.goods.transfers.compute import Limits
from yunhe.goods.transfers.errors import IllegalMove, TransferRefused
from yunhe.goods.transfers.models import StockAlert, Transfer
from yunhe.goods.transfers.queries import lines_of, list_proposals, list_transfers, transfer_for
from yunhe.goods.transfers.services import (
    NewLine,
    move_transfer,
    propose_transfer,
    refresh_alerts,
    set_rule,
)
from yunhe.money.ledger.models import Entry
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.platform.notifications.models import Notification
from yunhe.trade.catalog.services import SkuRow, ensure_catalog
from yunhe.trade.sales.services import FactLine, record_facts

pytestmark = pytest.mark.django_db
D = Decimal
SYSTEM = system_principal("test")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)
LOTS = (("LATE", date(2027, 11, 1)), ("SOON", date(2027, 2, 1)))


@pytest.fixture
def sku(tree):
    row = SkuRow(
        code="A", name="A", brand=("B", "b", ""), category=(("C", "c", ""),), product=("P", "p", "")
    )
    Partner.objects.create(node=tree["D1"], level="dealer", tier="core", province="310000")
    Partner.objects.create(node=tree["D2"], level="dealer", province="320000")
    found = ensure_catalog([row], actor=SYSTEM)["A"]
    for code, quantity in (("D1", 200), ("D2", 5)):
        hold(tree[code], found, quantity)
        sell(tree[code], found, 56)
    return found


def hold(node, sku, quantity):
    line = MovementLine(
        sku_id=sku, quantity=D(quantity), reason="opening", key=f"{node.pk}", target=node.pk
    )
    record_movements([line], on=DAY, actor=SYSTEM, now=NOW)


def sell(node, sku, quantity):
    fact = FactLine(
        line_key=f"{node.pk}",
        node_id=node.pk,
        sku_id=sku,
        on=DAY - timedelta(days=3),
        quantity=D(quantity),
    )
    record_facts([fact], flow="sell_out", source="test", now=NOW)


def proposed(tree, sku, quantity=30):
    lines = [NewLine(sku_id=sku, quantity=D(quantity), unit_price=D("2.50"))]
    return propose_transfer(tree["D1"], tree["D2"], lines, actor=SYSTEM, now=NOW)


def act(user, transfer, action, **more):
    with scoped(user.pk) as actor:
        return move_transfer(transfer_for(transfer.pk), action, actor=actor, now=NOW, **more)


def stock(node):
    rows = StockBalance.objects.filter(node=node).exclude(quantity=0)
    return {row.status: row.quantity for row in rows}


def test_alerts_follow_the_rule_and_owners_are_told_once(tree, sku, make_user):
    owner = make_user("dealer_owner", tree["D2"])
    # two a day: D1 has 100 days of stock, D2 two and a half
    assert refresh_alerts(on=DAY, actor=SYSTEM, now=NOW) == 2
    found = {a.node.code: (a.kind, a.days, a.amount) for a in StockAlert.objects.all()}
    assert found == {"D1": ("over", 100, 80), "D2": ("low", 2, 23)}
    refresh_alerts(on=DAY + timedelta(days=1), actor=SYSTEM, now=NOW)
    assert StockAlert.objects.get(node=tree["D2"]).since == DAY
    assert Notification.objects.filter(user=owner).count() == 1
    set_rule(tree["HQ"], tier="core", limits=Limits(over_days=120), actor=SYSTEM)
    assert refresh_alerts(on=DAY, actor=SYSTEM, now=NOW) == 1
    (row,) = StockAlert.objects.all()
    assert row.kind == "low"


def test_the_nearer_rule_counts(tree, sku):
    set_rule(tree["HQ"], limits=Limits(low_days=1), actor=SYSTEM)
    set_rule(tree["R2"], limits=Limits(low_days=2), actor=SYSTEM)
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    assert not StockAlert.objects.filter(kind="low").exists()
    set_rule(tree["D2"], limits=Limits(low_days=3), actor=SYSTEM)
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    assert StockAlert.objects.get(kind="low").node == tree["D2"]


def test_surplus_is_proposed_to_the_neighbour_in_need(tree, sku):
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    (row,) = list_proposals(on=DAY)
    assert (row.sender, row.receiver) == (tree["D1"], tree["D2"])
    # never bought: no price is known
    assert [(each.sku.pk, each.quantity, each.price) for each in row.goods] == [(sku, 23, 0)]
    assert 260 < row.km < 280


def test_proposals_are_told_over_the_api(tree, sku, make_user, client):
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    client.force_login(make_user("sales_ops", tree["HQ"]))
    (row,) = client.get("/api/v1/transfers/proposals").json()
    km = row.pop("km")
    lines = [{"sku": "A", "quantity": "23", "unit_price": "0"}]
    assert row == {"sender": "D1", "receiver": "D2", "worth": "0", "lines": lines}
    assert 260 < km < 280
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert client.get("/api/v1/transfers/proposals").status_code == 403


def test_both_sides_confirm_goods_move_and_money_follows(tree, sku, make_user):
    sender, receiver = make_user("dealer_owner", tree["D1"]), make_user("dealer_owner", tree["D2"])
    transfer = proposed(tree, sku)
    with pytest.raises(IllegalMove), transaction.atomic():
        act(receiver, transfer, "offer")
    act(sender, transfer, "offer")
    with pytest.raises(IllegalMove), transaction.atomic():
        act(sender, transfer, "accept")
    act(receiver, transfer, "accept")
    act(sender, transfer, "ship")
    assert stock(tree["D1"]) == {"available": 170}
    assert stock(tree["D2"]) == {"available": 5, "in_transit": 30}
    line = lines_of(transfer).get()
    with pytest.raises(TransferRefused), transaction.atomic():
        act(receiver, transfer, "receive", received={line.pk: D(31)})
    act(receiver, transfer, "receive", received={line.pk: D(28)})
    assert stock(tree["D2"]) == {"available": 33}
    assert differences() == []
    posted = {(e.node_id, e.kind): e.amount for e in Entry.objects.all()}
    assert posted == {
        (tree["D1"].pk, "credit_note"): -70,
        (tree["D2"].pk, "invoice"): 70,
    }
    with pytest.raises(IllegalMove), transaction.atomic():
        act(receiver, transfer, "receive")
    assert [s.action for s in transfer.steps.all()] == [
        "propose", "offer", "accept", "ship", "receive",
    ]  # fmt: skip


def test_more_than_is_there_cannot_be_sent(tree, sku, make_user):
    sender, receiver = make_user("dealer_owner", tree["D1"]), make_user("dealer_owner", tree["D2"])
    transfer = proposed(tree, sku, 201)
    act(sender, transfer, "offer")
    act(receiver, transfer, "accept")
    with pytest.raises(StockShort) as short, transaction.atomic():
        act(sender, transfer, "ship")
    assert len(short.value.rows) == 1
    act(receiver, transfer, "decline")
    assert Transfer.objects.get().status == "cancelled"


def test_a_stranger_sees_nothing_and_headquarters_answers_for_nobody(tree, sku, make_user):
    transfer = proposed(tree, sku)
    with scoped(make_user("store", tree["S1"]).pk):
        assert not list_transfers().exists()
    manager = make_user("regional_manager", tree["R1"])
    with scoped(manager.pk) as actor:
        assert list_transfers().get() == transfer
        with pytest.raises(NotAllowed):
            move_transfer(transfer, "offer", actor=actor, now=NOW)


def test_a_missing_case_is_of_the_lot_that_expires_last(tree, sku, make_user):
    """What arrives and what is lost leaves no lot on its way."""
    labels = [LotLabel(sku_id=sku, code=code, expires_on=day) for code, day in LOTS]
    lots = {code: pk for (_sku, code), pk in ensure_lots(labels, actor=SYSTEM).items()}
    for code, pk in lots.items():
        line = MovementLine(
            sku_id=sku, quantity=D(10), reason="receipt", key=code, target=tree["D1"].pk, lot_id=pk
        )
        record_movements([line], on=DAY, actor=SYSTEM, now=NOW)
    sender, receiver = make_user("dealer_owner", tree["D1"]), make_user("dealer_owner", tree["D2"])
    transfer = proposed(tree, sku, 20)
    for user, action in ((sender, "offer"), (receiver, "accept"), (sender, "ship")):
        act(user, transfer, action)
    act(receiver, transfer, "receive", received={lines_of(transfer).get().pk: D(15)})
    held = LotBalance.objects.filter(node=tree["D2"]).exclude(quantity=0)
    assert {(b.lot.code, b.status): b.quantity for b in held} == {
        ("SOON", "available"): 10,
        ("LATE", "available"): 5,
    }


def test_pages_and_api(tree, sku, make_user, client):
    refresh_alerts(on=DAY, actor=SYSTEM, now=NOW)
    client.force_login(make_user("sales_ops", tree["HQ"]))
    for url in ("/transfers/alerts/rules/", "/transfers/alerts/proposals/", "/transfers/terms/"):
        assert client.get(url).status_code == 200
    rule = {"node": "HQ", "level": "", "tier": "", "low_days": 5, "over_days": 4, "slow_days": 9}
    rule["expiry_days"] = 9
    assert client.post("/transfers/alerts/rules/set/", rule).status_code == 422
    assert client.post("/transfers/alerts/rules/set/", rule | {"over_days": 40}).status_code == 302
    form = {"sender": "D1", "receiver": "D2", "rows": "A 10 2.5", "note": "x"}
    assert client.post("/transfers/new/", form).status_code == 302
    pk = Transfer.objects.get().pk
    assert client.get(f"/transfers/{pk}/").status_code == 200
    assert client.get("/transfers/").status_code == 200
    found = client.get("/search/", {"q": Transfer.objects.get().number}).content.decode()
    assert f'href="/transfers/{pk}/"' in found
    client.force_login(make_user("dealer_owner", tree["D1"]))
    for url in ("/portal/transfers/", "/portal/transfers/alerts/", f"/portal/transfers/{pk}/"):
        assert client.get(url).status_code == 200
    assert client.post(f"/portal/transfers/{pk}/do/offer/").status_code == 302
    client.force_login(make_user("dealer_owner", tree["D2"]))
    done = client.post(f"/api/v1/transfers/{pk}/accept", {}, content_type="application/json")
    assert done.json()["status"] == "agreed"
    assert client.get(f"/portal/transfers/{pk}/receive/").status_code == 200
    assert len(client.get("/api/v1/transfers/alerts").json()["items"]) == 1
