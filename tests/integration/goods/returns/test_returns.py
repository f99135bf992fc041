"""A right by contract, a request within it, inspection, credit — and never more than the right."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from tests.integration.goods.returns.books import DAY, NOW, SYSTEM, WHEN, stock

from yunhe.channel.network.models import Partner
from yunhe.goods.returns.errors import IllegalMove, ReturnRefused, RightExhausted
from yunhe.goods.returns.models import Return
from yunhe.goods.returns.queries import left_of, lines_of, list_returns, room_of
from yunhe.goods.returns.services import (
    AskedLine,
    Finding,
    RightTerms,
    expire_due,
    grant_right,
    inspect_return,
    move_return,
    request_return,
)
from yunhe.goods.stock.models import LotBalance
from yunhe.goods.stock.queries import available, differences
from yunhe.goods.stock.services import (
    LotLabel,
    MovementLine,
    ensure_lots,
    record_movements,
)
from yunhe.money.ledger.models import Entry
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.notifications.models import Notification
from yunhe.trade.catalog.services import SkuRow, ensure_catalog
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def sku(tree, traded):
    Partner.objects.create(node=tree["D1"], level="dealer")
    return traded(
        at=tree["D1"],
        held=D(100),
        flow="sell_in",
        quantity=D(400),
        node_id=tree["D1"].pk,
        on=date(2026, 10, 5),
        amount=D(1000),
    )


@pytest.fixture
def right(tree, sku):
    """5 % of 1,000 bought this quarter: 50; damaged goods are credited by half."""
    terms = RightTerms(
        contract="K-1",
        percent=D(5),
        period="quarter",
        valid_from=date(2026, 1, 1),
        damaged_percent=D(50),
    )
    return grant_right(tree["D1"], terms, actor=SYSTEM)


def ask(right, sku, quantity, **more):
    line = AskedLine(sku_id=sku, quantity=D(quantity))
    return request_return(right, [line], reason="slow", **WHEN, **more)


def test_a_return_from_request_to_credit(tree, sku, right):
    document = ask(right, sku, 10)  # at 1000 / 400 = 2.50
    assert document.asked == 25
    assert left_of(right, DAY) == 25
    move_return(document, "approve", **WHEN)
    move_return(document, "ship", **WHEN)
    assert stock(tree["D1"]) == {"available": 90}
    assert stock(tree["HQ"]) == {"in_transit": 10}
    line = lines_of(document).get()
    done = inspect_return(document, {line.pk: Finding(damaged=D(2), refused=D(3))}, **WHEN)
    # five good ones in full, two damaged by half: 5 × 2.50 + 2 × 1.25
    assert done.credited == 15
    assert stock(tree["HQ"]) == {"available": 5, "damaged": 2}
    assert stock(tree["D1"]) == {"available": 93}
    assert available(tree["HQ"].pk, [sku]) == {sku: 5}, "orders may take the good ones"
    assert differences() == []
    assert Entry.objects.get().amount == -15
    fact = SalesFact.objects.get(source="returns")
    assert (fact.flow, fact.quantity, fact.amount) == ("sell_in", -7, -15)
    assert left_of(right, DAY) == 35, "what was not credited is given back"
    assert room_of(right, DAY).left == 35
    with pytest.raises(IllegalMove), transaction.atomic():
        inspect_return(document, {}, **WHEN)


def test_the_right_cannot_be_overdrawn(sku, right):
    first = ask(right, sku, 15)  # 37.50
    with pytest.raises(RightExhausted), transaction.atomic():
        ask(right, sku, 6)  # 15.00, but 12.50 is left
    ask(right, sku, 5)
    with pytest.raises(RightExhausted), transaction.atomic():
        ask(right, sku, 1)
    move_return(first, "reject", **WHEN)
    assert left_of(right, DAY) == D("37.50")
    ask(right, sku, 15)


def test_lines_that_cannot_go_back_are_named(tree, sku, right):
    row = SkuRow(
        code="Z", name="Z", brand=("O", "o", ""), category=(("C", "c", ""),), product=("Q", "q", "")
    )
    other = ensure_catalog([row], actor=SYSTEM)["Z"]
    for lines in ([], [(sku, 1), (sku, 2)], [(other, 1)], [(sku, 0)]):
        asked = [AskedLine(sku_id=pk, quantity=D(quantity)) for pk, quantity in lines]
        with pytest.raises(ReturnRefused), transaction.atomic():
            request_return(right, asked, reason="x", **WHEN)
    assert not Return.objects.exists()


def test_the_same_key_is_one_return(sku, right):
    assert ask(right, sku, 1, key="k") == ask(right, sku, 2, key="k")


def test_who_asks_does_not_approve_and_strangers_see_nothing(tree, sku, right, make_user):
    owner = make_user("dealer_owner", tree["D1"])
    with scoped(owner.pk) as actor:
        line = AskedLine(sku_id=sku, quantity=D(2))
        document = request_return(right, [line], reason="slow", actor=actor, now=NOW)
        with pytest.raises(NotAllowed), transaction.atomic():
            move_return(document, "approve", actor=actor, now=NOW)
    with scoped(make_user("regional_manager", tree["R1"]).pk) as actor:
        move_return(document, "approve", actor=actor, now=NOW)
    with scoped(owner.pk) as actor:
        assert move_return(document, "ship", actor=actor, now=NOW).status == "shipped"
    with scoped(make_user("dealer_owner", tree["D2"]).pk):
        assert not list_returns().exists()


def test_pages(tree, sku, right, make_user, client):
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert client.get("/portal/returns/").status_code == 200
    form = {"right": right.pk, f"sku-{sku}": "4", "reason": "slow", "key": "p1"}
    assert client.post("/portal/returns/ask/", form).status_code == 302
    pk = Return.objects.get().pk
    assert client.get(f"/portal/returns/{pk}/").status_code == 200
    for wrong in ("999", "many", "-1", ""):
        refused = client.post("/portal/returns/ask/", form | {f"sku-{sku}": wrong, "key": "p2"})
        assert refused.status_code in {409, 422}
    client.force_login(make_user("sales_ops", tree["HQ"]))
    found = client.get("/search/", {"q": Return.objects.get().number}).content.decode()
    assert f'href="/returns/{pk}/"' in found
    assert client.post(f"/returns/{pk}/do/approve/").status_code == 302
    client.force_login(make_user("dealer_clerk", tree["D1"]))
    assert client.post(f"/portal/returns/{pk}/do/ship/").status_code == 302
    client.force_login(make_user("sales_ops", tree["HQ"], "second"))
    for url in ("/returns/", "/returns/rights/", f"/returns/{pk}/", f"/returns/{pk}/inspect/"):
        assert client.get(url).status_code == 200
    line = lines_of(Return.objects.get()).get()
    data = {f"damaged-{line.pk}": "1", f"refused-{line.pk}": "0"}
    assert client.post(f"/returns/{pk}/inspect/", data).status_code == 302
    assert Return.objects.get().credited == D("8.75")
    grant = {"node": "D1", "contract": "K2", "percent": "3", "damaged_percent": "0"}
    grant |= {"period": "year", "valid_from": "2026-01-01", "send_days": "20"}
    assert client.post("/returns/rights/grant/", grant).status_code == 302


def test_lots_go_back_first_expired_first_and_arrive_by_condition(tree, sku, right):
    labels = [
        LotLabel(sku_id=sku, code="LATE", expires_on=date(2027, 11, 1)),
        LotLabel(sku_id=sku, code="OVER", expires_on=date(2026, 11, 1)),
    ]
    lots = {code: pk for (_sku, code), pk in ensure_lots(labels, actor=SYSTEM).items()}
    goods = [
        MovementLine(
            sku_id=sku, quantity=D(6), reason="receipt", key=code, target=tree["D1"].pk, lot_id=pk
        )
        for code, pk in lots.items()
    ]
    record_movements(goods, on=DAY, actor=SYSTEM, now=NOW)
    document = ask(right, sku, 10)
    for action in ("approve", "ship"):
        move_return(document, action, **WHEN)
    line = lines_of(document).get()
    inspect_return(document, {line.pk: Finding(damaged=D(3), refused=D(1))}, **WHEN)
    held = LotBalance.objects.exclude(quantity=0)
    # the expired six are good (as far as anybody wrote down), four of the others damaged and refused
    assert {(b.node.code, b.lot.code, b.status): b.quantity for b in held} == {
        ("HQ", "OVER", "available"): 6,
        ("HQ", "LATE", "damaged"): 3,
        ("D1", "LATE", "available"): 3,
    }
    assert differences() == []


@pytest.mark.parametrize("approved", [False, True])
def test_a_partner_takes_its_request_back_until_the_goods_are_sent(tree, sku, right, approved):
    document = ask(right, sku, 10)
    if approved:
        move_return(document, "approve", **WHEN)
    assert left_of(right, DAY) == 25
    done = move_return(document, "cancel", **WHEN)
    assert (done.status, left_of(right, DAY), room_of(right, DAY).left) == ("cancelled", 50, 50)
    with pytest.raises(IllegalMove):
        move_return(document, "ship", **WHEN)


def test_what_was_sent_is_not_cancelled(tree, sku, right):
    document = ask(right, sku, 10)
    for action in ("approve", "ship"):
        move_return(document, action, **WHEN)
    with pytest.raises(IllegalMove):
        move_return(document, "cancel", **WHEN)


def test_an_approved_return_that_never_comes_gives_the_right_back(tree, sku, right):
    document = ask(right, sku, 10)
    move_return(document, "approve", **WHEN)
    assert move_return(document, "reject", **WHEN).status == "rejected"
    assert left_of(right, DAY) == 50


def test_an_approved_return_that_is_not_sent_by_its_last_day_ends(tree, sku, right, make_user):
    owner, other = (make_user("dealer_owner", tree[code]) for code in ("D1", "D2"))
    late, sent = ask(right, sku, 10), ask(right, sku, 4)
    for document in (late, sent):
        move_return(document, "approve", **WHEN)
    move_return(sent, "ship", **WHEN)
    late.refresh_from_db()
    assert late.send_by == date(2026, 12, 22)
    assert expire_due(now=datetime(2026, 12, 22, 4, tzinfo=UTC)) == 0
    assert left_of(right, DAY) == 15
    dispatch_all()
    for ended in (1, 0):
        assert expire_due(now=datetime(2026, 12, 22, 16, tzinfo=UTC)) == ended  # midnight in China
    late.refresh_from_db()
    sent.refresh_from_db()
    assert (late.status, sent.status) == ("expired", "shipped")
    assert left_of(right, DAY) == room_of(right, DAY).left == 40
    dispatch_all()
    told = Notification.objects.filter(kind="returns.expired")
    assert [(each.user_id, each.url) for each in told] == [
        (owner.pk, f"/portal/returns/{late.pk}/")
    ]
    assert other.pk not in {each.user_id for each in told}
    with pytest.raises(IllegalMove):
        move_return(late, "ship", **WHEN)


def test_the_contract_says_how_long_and_the_page_until_when(tree, sku, right, make_user, client):
    right.send_days = 7
    right.save()
    document = ask(right, sku, 10)
    move_return(document, "approve", **WHEN)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user("dealer_owner", tree["D1"]))
    page = client.get(f"/portal/returns/{document.pk}/").content.decode()
    assert "Send back by" in page
    assert "2026-11-29" in page
    assert "End without the goods" not in page
    shown = client.get(f"/api/v1/returns/{document.pk}").json()
    assert shown["send_by"] == "2026-11-29"


@pytest.mark.parametrize("action", ["expire", "inspect", "nothing"])
def test_no_person_ends_a_return_or_skips_its_inspection(tree, sku, right, make_user, action):
    document = ask(right, sku, 10)
    for step in ("approve", "ship") if action == "inspect" else ("approve",):
        move_return(document, step, **WHEN)
    with scoped(make_user("sales_ops", tree["HQ"]).pk) as actor, pytest.raises(NotFound):
        move_return(document, action, actor=actor, now=NOW)
