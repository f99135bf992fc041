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


def test_a_key_with_other_contents_is_refused_and_the_same_again_is_not(shop, client_of):
    first = send(client_of["dealer"], "/api/v1/orders/", order(shop, key="k1", submit=True))
    assert first.status_code == 201
    lines = order(shop)["lines"]
    other = {"lines": [lines[0] | {"quantity": "3"}, lines[1]], "key": "k1"}
    refused = send(client_of["dealer"], "/api/v1/orders/", other)
    assert (refused.status_code, refused.json()["code"]) == (409, "orders.key_taken")
    assert first.json()["number"] in refused.json()["detail"]
    # amended meanwhile, the first request is still the same request
    url = f"/api/v1/orders/{first.json()['id']}"
    line = send(client_of["dealer"], url).json()["lines"][0]
    set_role("none")
    changed = {"quantities": [{"line_id": line["id"], "quantity": 1}]}
    client_of["dealer"].patch(f"{url}/lines", json.dumps(changed), "application/json")
    again = send(client_of["dealer"], "/api/v1/orders/", order(shop, key="k1", submit=True))
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert Order.objects.count() == 1


def test_a_day_in_the_past_is_refused_by_its_field(shop, client_of):
    refused = send(client_of["dealer"], "/api/v1/orders/", order(shop, wanted_on="2020-01-01"))
    assert (refused.status_code, refused.json()["code"]) == (422, "orders.wanted_on")
    assert refused.json()["field"] == "wanted_on"
    assert not Order.objects.exists()


def test_a_template_names_the_lines_that_there_are_not(shop, client_of):
    lines = [
        {"sku_id": -1, "unit": "bottle", "quantity": 1},
        {"sku": "tea", "unit": "case", "quantity": 1},
        {"sku": "tea", "unit": "pallet", "quantity": 1},
    ]
    body = {"name": "Week", "lines": lines}
    refused = send(client_of["dealer"], "/api/v1/orders/templates", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "orders.lines")
    assert [row["row"] for row in refused.json()["errors"]] == [1, 3]
    assert send(client_of["ops"], "/api/v1/orders/templates", body).status_code == 403
    saved = send(client_of["dealer"], "/api/v1/orders/templates", body | {"lines": lines[1:2]})
    assert saved.status_code == 201


def test_favourites_are_kept_and_forgotten(shop, client_of):
    client, url = client_of["dealer"], "/api/v1/orders/favourites"

    def change(method, sku_id):
        set_role("none")
        return getattr(client, method)(f"{url}/{sku_id}").status_code

    assert [change("put", shop.tea.pk), change("put", shop.tea.pk)] == [204, 204]
    assert change("put", shop.tea.pk + 1000) == 404
    kept = send(client, url).json()
    assert [(one["sku_id"], one["sku"]) for one in kept] == [(shop.tea.pk, "tea")]
    assert send(client_of["other"], url).json() == []
    assert change("delete", shop.tea.pk) == 204
    assert send(client, url).json() == []


def test_a_copy_is_a_draft_of_its_own(shop, client_of):
    first = send(client_of["dealer"], "/api/v1/orders/", order(shop, submit=True)).json()
    answer = send(client_of["dealer"], f"/api/v1/orders/{first['id']}/copy", {})
    copied = answer.json()
    assert (answer.status_code, copied["status"], copied["total"]) == (201, "draft", "104.0000")
    assert copied["id"] != first["id"]
    assert send(client_of["other"], f"/api/v1/orders/{first['id']}/copy", {}).status_code == 404


def test_order_terms_are_read_and_set_with_their_permission(shop, client_of):
    url = "/api/v1/orders/terms"
    terms = {"node_id": shop.hq, "level": "dealer", "minimum": "50", "weekdays": [5, 1]}

    def put(person, body):
        set_role("none")
        return client_of[person].put(url, json.dumps(body), "application/json")

    assert put("dealer", terms).status_code == 403
    assert put("ops", terms).status_code == 200
    again = put("ops", terms | {"minimum": "60", "cut_off": "16:00"})
    assert again.json()["cut_off"] == "16:00:00"
    assert put("ops", terms | {"weekdays": [8]}).status_code == 422
    assert put("ops", terms | {"cut_off": "16:00Z"}).status_code == 422
    assert put("ops", terms | {"node_id": 0}).status_code == 404
    [found] = send(client_of["ops"], url).json()["items"]
    assert (found["minimum"], found["weekdays"], found["level"]) == ("60.0000", [1, 5], "dealer")
