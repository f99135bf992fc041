"""Sourcing on the console, on the phone and over the API, under each reader's scope."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import create_order
from yunhe.trade.sourcing.models import Part
from yunhe.trade.sourcing.services import HandShare, source_order

D = Decimal


@pytest.fixture
def sign_in(canal):
    def enter(person: str) -> Client:
        set_role("none")
        client = Client()
        client.force_login(User.objects.get(pk=canal.shop.people[person]))
        return client

    return enter


def test_headquarters_previews_changes_by_hand_and_splits(canal, sign_in):
    order = canal.order(tea=30, confirm=True)
    client = sign_in("ops")
    page = client.get(f"/sourcing/orders/{order.pk}/").content.decode()
    for place in (canal.near, canal.hq, canal.other):
        assert f'name="share-1-{place}"' in page
    typed = {
        "rule": "NEAR",
        f"share-1-{canal.near}": "12",
        f"share-1-{canal.hq}": "17",
    }
    set_role("none")
    answer = client.post(f"/sourcing/orders/{order.pk}/", typed)
    assert answer.status_code == 422
    set_role("none")
    assert Part.objects.count() == 0
    set_role("none")
    answer = client.post(f"/sourcing/orders/{order.pk}/", typed | {f"share-1-{canal.hq}": "18"})
    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    set_role("none")
    assert sorted(Part.objects.values_list("supplier_id", "order__total")) == sorted(
        [(canal.near, D(42)), (canal.hq, D(63))]
    )
    set_role("none")
    shown = client.get(f"/orders/{order.pk}/").content.decode()
    assert f"{order.number}.1" in shown
    assert f"{order.number}.2" in shown


def test_a_dealer_orders_from_several_places_when_its_own_is_short(canal, sign_in):
    client = sign_in("dealer")
    tea = canal.shop.tea.pk
    cart = {f"quantity-{tea}": "60", f"unit-{tea}": "bottle"}
    client.post("/portal/orders/new/", cart)
    set_role("none")
    short = client.post("/portal/orders/cart/", cart | {"then": "submit"})
    assert short.status_code == 409
    assert "/portal/sourcing/cart/" in short.content.decode()
    set_role("none")
    assert "商品tea" in client.get("/portal/sourcing/cart/").content.decode()
    set_role("none")
    answer = client.post("/portal/sourcing/cart/")
    set_role("none")
    order = Order.objects.get(parent=None)
    assert answer.headers["Location"] == f"/portal/orders/{order.pk}/"
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "乙经销商" in shown
    set_role("none")
    child = Order.objects.get(supplier_id=canal.other)
    assert client.get(f"/portal/orders/{child.pk}/").status_code == 200


def test_the_serving_dealer_answers_on_the_phone_and_the_other_is_not_asked(canal, sign_in):
    order = canal.order(tea=15, confirm=True)
    [part] = source_order(
        order,
        shares=[HandShare(row=1, node_id=canal.other, units=D(15))],
        actor=ACTOR,
        now=timezone.now(),
    )
    page = f"/portal/sourcing/{part.pk}/"
    assert sign_in("dealer").get(page).status_code == 404
    assert sign_in("dealer").post(f"{page}accept/").status_code == 404
    client = sign_in("other")
    assert part.order.number in client.get("/portal/sourcing/").content.decode()
    set_role("none")
    assert "甲经销商" in client.get(page).content.decode()
    for action in ("accept", "serve"):
        set_role("none")
        client.post(f"{page}{action}/")
    set_role("none")
    part.refresh_from_db()
    part.order.refresh_from_db()
    assert (part.state, part.order.status) == ("accepted", "shipped")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_the_same_statements_for_one_and_three(
    canal, sign_in, count, django_assert_num_queries
):
    for at in range(count):
        placed = create_order(
            node_id=canal.dealer,
            lines=[canal.shop.line(canal.shop.tea, 2 + at)],
            actor=ACTOR,
            now=timezone.now(),
            confirm=True,
        )
        source_order(
            Order.objects.get(pk=placed.order_id),
            shares=[HandShare(row=1, node_id=canal.hq, units=D(2 + at))],
            actor=ACTOR,
            now=timezone.now(),
        )
    client = sign_in("ops")
    client.get("/sourcing/")
    set_role("none")
    with django_assert_num_queries(11):
        client.get("/sourcing/")


def test_over_the_api(canal, sign_in):
    order = canal.order(tea=140)
    client = sign_in("ops")
    plan = client.get(f"/api/v1/sourcing/orders/{order.pk}/plan").json()
    assert [(s["place_id"], s["units"]) for s in plan["shares"]] == [
        (canal.other, "20"),
        (canal.near, "30"),
        (canal.hq, "90"),
    ]
    assert (plan["exact"], plan["missing"]) == (True, {})
    set_role("none")
    made = client.post(
        f"/api/v1/sourcing/orders/{order.pk}/split", {}, content_type="application/json"
    ).json()
    assert [part["number"] for part in made] == [f"{order.number}.{n}" for n in (1, 2, 3)]
    answer = sign_in("other").post(f"/api/v1/sourcing/parts/{made[0]['order_id']}/accept")
    assert answer.json()["state"] == "accepted"
