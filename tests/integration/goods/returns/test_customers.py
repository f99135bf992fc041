"""A store returns goods to the dealer that supplies it: the dealer decides, nothing of ours is posted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.integration.goods.returns.books import NOW, SYSTEM, WHEN, forget, stock

from yunhe.channel.network.models import Partner
from yunhe.goods.returns.errors import ReturnRefused
from yunhe.goods.returns.models import Return
from yunhe.goods.returns.services import (
    AskedLine,
    Finding,
    RightTerms,
    ask_supplier,
    expire_due,
    grant_right,
    inspect_return,
    move_return,
    request_return,
)
from yunhe.goods.stock.queries import differences
from yunhe.goods.stock.services import open_place
from yunhe.money.ledger.models import Entry
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def sku(tree, traded):
    for code, level in (("D1", "dealer"), ("D2", "dealer"), ("S1", "store")):
        Partner.objects.create(node=tree[code], level=level)
    open_place(tree["D1"], resells=True, actor=SYSTEM)
    return traded(
        at=tree["S1"],
        held=D(20),
        flow="sell_through",
        quantity=D(40),
        node_id=tree["D1"].pk,
        counterparty_id=tree["S1"].pk,
        on=date(2026, 10, 5),
        amount=D(120),
    )


@pytest.fixture
def people(tree, make_user):
    return {
        "store": make_user("store", tree["S1"]),
        "dealer": make_user("dealer_owner", tree["D1"]),
        "other": make_user("dealer_owner", tree["D2"]),
        "ops": make_user("sales_ops", tree["HQ"]),
    }


def test_from_the_store_to_its_dealer(tree, sku, people):
    with scoped(people["store"].pk) as store:
        document = ask_supplier(
            [AskedLine(sku_id=sku, quantity=D(10))], reason="slow", actor=store, now=NOW
        )
        assert (document.asked, document.supplier_id) == (30, tree["D1"].pk)
        with pytest.raises(NotAllowed):
            move_return(document, "approve", actor=store, now=NOW)
    for name in ("ops", "other"):
        with scoped(people[name].pk) as stranger, pytest.raises((NotAllowed, NotFound)):
            move_return(document, "approve", actor=stranger, now=NOW)
    with scoped(people["dealer"].pk) as dealer:
        move_return(document, "approve", actor=dealer, now=NOW)
        with pytest.raises(NotAllowed):
            move_return(document, "ship", actor=dealer, now=NOW)
    with scoped(people["store"].pk) as store:
        move_return(document, "ship", actor=store, now=NOW)
    forget()
    line = document.lines.get()
    with scoped(people["dealer"].pk) as dealer:
        found = {line.pk: Finding(damaged=D(2), refused=D(3))}
        done = inspect_return(document, found, actor=dealer, now=NOW)
    assert done.credited == 15, "five good ones at 3; damaged ones are not credited"
    assert stock(tree["D1"]) == {"available": 5, "damaged": 2}
    assert stock(tree["S1"]) == {"available": 13}
    assert differences() == []
    assert not Entry.objects.exists()
    assert not SalesFact.objects.filter(flow="sell_in").exists()
    fact = SalesFact.objects.get(source="sell_through:returns")
    assert (fact.node_id, fact.counterparty_id) == (tree["D1"].pk, tree["S1"].pk)
    assert (fact.quantity, fact.amount, fact.by_house) == (-7, -15, True)


def test_a_store_takes_its_request_back(tree, sku, people):
    with scoped(people["store"].pk) as store:
        document = ask_supplier(
            [AskedLine(sku_id=sku, quantity=D(10))], reason="slow", actor=store, now=NOW
        )
        assert move_return(document, "cancel", actor=store, now=NOW).status == "cancelled"


def test_a_right_is_not_for_goods_of_a_dealer(tree, sku, people):
    terms = RightTerms(contract="K", percent=D(5), period="year", valid_from=date(2026, 1, 1))
    right = grant_right(tree["S1"], terms, actor=SYSTEM)
    with pytest.raises(ReturnRefused):
        request_return(right, [AskedLine(sku_id=sku, quantity=D(1))], reason="x", **WHEN)


def test_pages_and_api_of_both_sides(tree, sku, people, client):
    fact = SalesFact.objects.get()
    SalesFact.objects.filter(pk=fact.pk).update(on=timezone.localdate())
    client.force_login(people["store"])
    assert client.get("/portal/returns/").status_code == 200
    page = client.get("/portal/returns/ask/")
    assert page.status_code == 200
    assert "right" not in page.context["form"].fields
    form = {"reason": "slow", "key": "k", f"sku-{sku}": "4"}
    assert client.post("/portal/returns/ask/", form).status_code == 302
    body = {"reason": "slow", "lines": [{"sku": "A", "quantity": "2"}]}
    sent = client.post("/api/v1/returns/", body, content_type="application/json").json()
    assert sent["supplier_id"] == tree["D1"].pk
    first = Return.objects.exclude(pk=sent["id"]).get()
    client.force_login(people["ops"])
    assert "/do/approve/" not in client.get(f"/returns/{first.pk}/").content.decode()
    client.force_login(people["dealer"])
    page = client.get(f"/portal/returns/{first.pk}/").content.decode()
    assert "/do/approve/" in page
    assert "/do/cancel/" not in page
    assert client.post(f"/portal/returns/{first.pk}/do/approve/").status_code == 302
    client.force_login(people["store"])
    assert client.post(f"/portal/returns/{first.pk}/do/ship/").status_code == 302
    client.force_login(people["dealer"])
    assert client.get(f"/portal/returns/{first.pk}/inspect/").status_code == 200
    forget()
    line = first.lines.get()
    settled = client.post(
        f"/portal/returns/{first.pk}/inspect/", {f"damaged-{line.pk}": 0, f"refused-{line.pk}": 0}
    )
    assert settled.status_code == 302
    first.refresh_from_db()
    assert (first.status, first.credited) == ("credited", 12)


def test_what_a_dealer_approved_and_never_got_ends_too(tree, sku, people):
    with scoped(people["store"].pk) as store:
        document = ask_supplier(
            [AskedLine(sku_id=sku, quantity=D(10))], reason="slow", actor=store, now=NOW
        )
    with scoped(people["dealer"].pk) as dealer:
        move_return(document, "approve", actor=dealer, now=NOW)
    assert expire_due(now=NOW + timedelta(days=31)) == 1
    document.refresh_from_db()
    assert (document.status, document.send_by) == ("expired", date(2026, 12, 22))
