"""Orders over HTTP: one request places, repeats harmlessly, and is refused line by line."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.trade.orders.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(shop):
    clients = {}
    for person, user_id in shop.people.items():
        clients[person] = Client(headers={"accept-language": "en"})
        clients[person].force_login(User.objects.get(pk=user_id))
    return clients


def send(client, url, body=None, **headers):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    if body is None:
        return client.get(url)
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def order(shop, **more):
    lines = [
        {"sku_id": shop.tea.pk, "unit": "case", "quantity": "2"},
        {"sku": "water", "unit": "bottle", "quantity": 10},
    ]
    return {"lines": lines, **more}


def test_a_dealer_orders_and_headquarters_sees_it_through(shop, client_of):
    answer = send(client_of["dealer"], "/api/v1/orders/", order(shop, submit=True))
    assert answer.status_code == 201, answer.content
    placed = answer.json()
    assert (placed["status"], placed["total"], placed["node_id"]) == (
        "submitted",
        "104.00",
        shop.dealer,
    )
    url = f"/api/v1/orders/{placed['id']}"
    for action, status in (("confirm", "confirmed"), ("ship", "shipped")):
        answer = send(client_of["ops"], f"{url}/{action}", {})
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    line = answer.json()["lines"][0]
    assert (line["sku"], line["unit_price"], line["shipped"]) == ("tea", "42.0000", "24.000")
    assert "基准价" in line["why"]
    answer = send(
        client_of["dealer"],
        f"{url}/receive",
        {"quantities": [{"line_id": line["id"], "quantity": 23}]},
    )
    assert answer.json()["lines"][0]["received"] == "23.000"
    assert answer.json()["actions"] == ["close"]


def test_one_request_may_confirm_if_the_caller_may(shop, client_of):
    body = order(shop, node_id=shop.dealer, confirm=True)
    assert send(client_of["ops"], "/api/v1/orders/", body).json()["status"] == "confirmed"
    refused = send(client_of["dealer"], "/api/v1/orders/", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.not_allowed")


def test_both_kinds_of_key_make_one_order(shop, client_of):
    body = order(shop, submit=True, key="tap-1")
    answers = [
        send(client_of["dealer"], "/api/v1/orders/", body, **{"Idempotency-Key": key})
        for key in ("a", "a", "b")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Order.objects.count() == 1


def test_refusals_name_the_lines(shop, client_of):
    body = {"lines": [{"sku_id": shop.tea.pk, "unit": "bottle", "quantity": 101}], "submit": True}
    answer = send(client_of["dealer"], "/api/v1/orders/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "orders.stock_short")
    assert answer.json()["errors"][0]["row"] == 1
    body = {"lines": [{"sku": "nothing", "unit": "bottle", "quantity": 1}]}
    answer = send(client_of["dealer"], "/api/v1/orders/", body)
    assert answer.json()["errors"] == [
        {"row": 1, "sku": "nothing", "message": "No product has this code."}
    ]
    body = {"lines": [{"sku": "tea", "unit": "barrel", "quantity": 1}]}
    answer = send(client_of["dealer"], "/api/v1/orders/", body)
    assert (answer.status_code, answer.json()["errors"][0]["row"]) == (422, 1)
    answer = send(client_of["dealer"], "/api/v1/orders/", {"lines": [], "x": 1})
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/lines", "/x"}
    assert not Order.objects.exists()


def test_a_list_is_filtered_paged_and_own(shop, client_of, django_assert_num_queries):
    for _ in range(3):
        send(client_of["dealer"], "/api/v1/orders/", order(shop))
    send(client_of["dealer"], "/api/v1/orders/", order(shop, submit=True))
    first = send(client_of["dealer"], "/api/v1/orders/?status=draft&limit=2").json()
    rest = send(
        client_of["dealer"], f"/api/v1/orders/?status=draft&limit=2&cursor={first['next']}"
    ).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, "")
    assert send(client_of["other"], "/api/v1/orders/").json()["items"] == []
    foreign = send(client_of["other"], f"/api/v1/orders/{first['items'][0]['id']}")
    assert foreign.status_code == 404
    unknown = send(client_of["ops"], f"/api/v1/orders/{first['items'][0]['id']}/burn", {})
    assert unknown.status_code == 404
