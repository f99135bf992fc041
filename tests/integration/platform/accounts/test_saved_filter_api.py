"""Saved filters over the API: the caller's own, by list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from yunhe.platform.accounts.models import SavedFilter

pytestmark = pytest.mark.django_db
URL = "/api/v1/accounts/filters"
WAITING = {"list": "/orders/", "name": "待办", "query": "status=submitted&page=3&sort=-total"}


@pytest.fixture
def caller(client: Client, make_user: Any, tree: dict[str, Any]) -> Client:
    client.force_login(make_user("sales_ops", tree["HQ"], "me"))
    return client


def send(client: Client, method: str, url: str, body: Any = None, **headers: str) -> Any:
    content = "" if body is None else json.dumps(body)
    return client.generic(method, url, content, content_type="application/json", headers=headers)


def test_a_filter_is_saved_found_by_list_renamed_and_deleted(caller):
    made = send(caller, "POST", URL, WAITING)
    assert made.status_code == 201
    shown = made.json()
    assert shown == {
        "id": SavedFilter.objects.get().pk,
        "list": "/orders/",
        "name": "待办",
        "query": "sort=-total&status=submitted",
        "url": "/orders/?sort=-total&status=submitted",
    }
    send(caller, "POST", URL, WAITING | {"list": "/stock/", "query": "q=米"})
    assert caller.get(f"{URL}?list=/orders/").json() == [shown]
    assert [each["list"] for each in caller.get(URL).json()] == ["/orders/", "/stock/"]
    one = f"{URL}/{shown['id']}"
    tag = caller.get(one)["ETag"]
    renamed = send(caller, "PUT", one, {"name": "已提交"}, **{"If-Match": tag})
    assert renamed.json() == shown | {"name": "已提交"}
    assert send(caller, "DELETE", one, **{"If-Match": tag}).status_code == 412
    assert send(caller, "DELETE", one).status_code == 204
    assert caller.get(one).status_code == 404
    assert [each["list"] for each in caller.get(URL).json()] == ["/stock/"]


def test_one_of_the_same_name_is_replaced(caller):
    first = send(caller, "POST", URL, WAITING).json()
    second = send(caller, "POST", URL, WAITING | {"query": "status=draft"}).json()
    assert second == first | {"query": "status=draft", "url": "/orders/?status=draft"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"list": "/account/"}, "accounts.filter_refused"),
        ({"list": "https://evil.example/"}, "accounts.filter_refused"),
        ({"name": " "}, "accounts.filter_refused"),
        ({"query": "page=2"}, "accounts.filter_refused"),
        ({"user_id": 1}, "api.invalid"),
    ],
)
def test_what_is_no_filter_of_a_list_is_refused(caller, given, code):
    answer = send(caller, "POST", URL, WAITING | given)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not SavedFilter.objects.exists()


def test_a_filter_is_its_persons_alone(caller, make_user, tree):
    mine = send(caller, "POST", URL, WAITING).json()
    caller.force_login(make_user("director", tree["HQ"], "other"))
    assert caller.get(URL).json() == []
    one = f"{URL}/{mine['id']}"
    assert caller.get(one).status_code == 404
    assert send(caller, "PUT", one, {"name": "x"}).status_code == 404
    assert send(caller, "DELETE", one).status_code == 404
    assert SavedFilter.objects.get().name == "待办"
