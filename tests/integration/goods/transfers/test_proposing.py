"""A partner asks another for goods or offers them; terms of headquarters, its approval, its eyes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from yunhe.channel.network.models import Partner
from yunhe.goods.transfers.errors import IllegalMove, TransferRefused
from yunhe.goods.transfers.models import Transfer
from yunhe.goods.transfers.queries import list_transfers, partner_by_code
from yunhe.goods.transfers.services import (
    NewLine,
    approve_transfer,
    move_transfer,
    propose_transfer,
    set_terms,
)
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.notifications.models import Notification

from .test_transfers import NOW, SYSTEM, act, sku, stock

__all__ = ["sku"]
pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def people(tree, make_user):
    return {
        "d1": make_user("dealer_owner", tree["D1"]),
        "d2": make_user("dealer_owner", tree["D2"]),
        "north": make_user("regional_manager", tree["R1"]),
        "ops": make_user("sales_ops", tree["HQ"]),
    }


def propose(user, sku, *, sender="D1", receiver="D2", quantity=30):
    """As the form does: the other side is known by its code alone."""
    with scoped(user.pk) as actor:
        line = NewLine(sku_id=sku, quantity=D(quantity), unit_price=D("2.50"))
        sides = [partner_by_code(code) for code in (sender, receiver)]
        return propose_transfer(*sides, [line], actor=actor, now=NOW)


def test_who_asks_has_agreed_and_the_other_side_gives(tree, sku, people):
    with scoped(people["d2"].pk):
        assert not Node.objects.filter(code="D1").exists()  # its file is not D2's to see
    made = propose(people["d2"], sku)
    assert (made.status, made.proposer, made.approval) == ("receiver", "receiver", "none")
    for user, action in (("d2", "give"), ("d1", "accept"), ("d1", "ship")):
        with pytest.raises(IllegalMove), transaction.atomic():
            act(people[user], made, action)
    act(people["d1"], made, "give")
    act(people["d1"], made, "ship")
    act(people["d2"], made, "receive")
    assert stock(tree["D2"]) == {"available": 35}
    with scoped(people["ops"].pk):
        assert [(t.pk, t.status) for t in list_transfers()] == [(made.pk, "received")]


def test_who_offers_has_agreed_and_the_other_side_accepts(tree, sku, people):
    made = propose(people["d1"], sku)
    assert (made.status, made.proposer) == ("sender", "sender")
    act(people["d2"], made, "accept")
    assert Transfer.objects.get().status == "agreed"


def test_both_sides_hear_of_it_but_for_whoever_acted(tree, sku, people):
    made = propose(people["d2"], sku)
    dispatch_all()
    told = Notification.objects.filter(kind="transfers.moved")
    assert [each.user_id for each in told] == [people["d1"].pk]
    act(people["d1"], made, "give")
    dispatch_all()
    assert sorted(told.values_list("user_id", flat=True)) == sorted(
        (people["d1"].pk, people["d2"].pk)
    )


def test_nobody_proposes_for_others(tree, sku, people, make_user):
    for code in ("S1", "S2"):
        Partner.objects.create(node=tree[code], level="store")
    with pytest.raises(NotAllowed):
        propose(make_user("dealer_owner", tree["D1"], "third"), sku, sender="D2", receiver="S2")
    with pytest.raises(NotAllowed):
        propose(make_user("store", tree["S1"]), sku, sender="D1", receiver="S1")


def test_terms_ask_for_an_approval_before_goods_leave(tree, sku, people):
    set_terms(tree["HQ"], partners_propose=True, approve_from=D(75), actor=SYSTEM)
    assert propose(people["d1"], sku, quantity=29).approval == "none"  # 72.50
    made = propose(people["d1"], sku)  # 75.00
    assert made.approval == "waiting"
    act(people["d2"], made, "accept")
    with pytest.raises(IllegalMove), transaction.atomic():
        act(people["d1"], made, "ship")
    with scoped(people["d2"].pk) as dealer, pytest.raises(NotAllowed):
        approve_transfer(made, actor=dealer, now=NOW)
    with scoped(people["north"].pk) as manager:
        approve_transfer(made, actor=manager, now=NOW)
        with pytest.raises(IllegalMove):
            approve_transfer(made, actor=manager, now=NOW)
    act(people["d1"], made, "ship")
    assert [step.action for step in made.steps.all()] == ["propose", "accept", "approve", "ship"]


def test_the_stricter_terms_of_both_sides_hold(tree, sku, people):
    set_terms(tree["R2"], partners_propose=True, approve_from=D(0), actor=SYSTEM)
    assert propose(people["d1"], sku).approval == "waiting"
    set_terms(tree["R1"], partners_propose=False, approve_from=None, actor=SYSTEM)
    with pytest.raises(TransferRefused):
        propose(people["d2"], sku)
    with scoped(people["ops"].pk) as ops:
        line = NewLine(sku_id=sku, quantity=D(1), unit_price=D(1))
        made = propose_transfer(tree["D1"], tree["D2"], [line], actor=ops, now=NOW)
        assert (made.status, made.approval) == ("proposed", "none")


def test_headquarters_declines_before_goods_leave(tree, sku, people):
    made = propose(people["d1"], sku)
    with scoped(people["ops"].pk) as ops:
        move_transfer(made, "decline", actor=ops, now=NOW)
        with pytest.raises(IllegalMove):
            move_transfer(made, "decline", actor=ops, now=NOW)
    assert Transfer.objects.get().status == "cancelled"


def test_the_pages_and_the_api_of_both_sides_and_headquarters(tree, sku, people, client):
    set_terms(tree["HQ"], partners_propose=True, approve_from=D(0), actor=SYSTEM)
    client.force_login(people["d2"])
    asked = client.get(f"/portal/transfers/new/?way=ask&own={tree['D2'].pk}&rows=A%2010").content
    assert "A 10 0.00</textarea>" in asked.decode()  # never bought: no price is known
    form = {"way": "ask", "own": tree["D2"].pk, "other": "D1", "rows": "A 10 2.5", "note": ""}
    assert client.post("/portal/transfers/new/", form | {"other": "R1"}).status_code == 422
    assert client.post("/portal/transfers/new/", form | {"own": tree["D1"].pk}).status_code == 422
    assert client.post("/portal/transfers/new/", form).status_code == 302
    made = Transfer.objects.get()
    body = {
        "sender": "D1",
        "receiver": "D2",
        "lines": [{"sku": "A", "quantity": 1, "unit_price": 2}],
    }
    answer = client.post("/api/v1/transfers/", body, content_type="application/json").json()
    assert (answer["status"], answer["proposer"], answer["approval"]) == (
        "receiver",
        "receiver",
        "waiting",
    )
    client.force_login(people["ops"])
    assert (
        f"/transfers/{made.pk}/do/approve/" in client.get(f"/transfers/{made.pk}/").content.decode()
    )
    assert client.post(f"/transfers/{made.pk}/do/approve/").status_code == 302
    assert client.post(f"/transfers/{made.pk}/do/ship/").status_code == 404
    given = client.post(f"/api/v1/transfers/{answer['id']}/approval").json()
    assert given["approval"] == "given"
    terms = {"node": "R1", "partners_propose": "on", "approve_from": "5000"}
    assert client.post("/transfers/terms/set/", terms).status_code == 302
    made.refresh_from_db()
    assert made.approval == "given"
