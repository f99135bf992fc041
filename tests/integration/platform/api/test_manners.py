"""The manners of every operation: sign-in, permissions, problems, idempotency, pages.

The operations tried here belong to a router of the test's own, mounted beside the real ones.
"""

from __future__ import annotations

import json

import pytest
from django.test import Client, override_settings
from django.urls import path
from ninja import Query, Router, Schema, Status

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.session import set_role
from yunhe.platform.api.guards import require
from yunhe.platform.api.instance import build_api
from yunhe.platform.api.urls import _dressed, no_such_operation
from yunhe.platform.errors import Conflict
from yunhe.platform.paging import Page, PageQuery, paginate

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

router = Router()


class NodeIn(Schema):
    code: str
    parent: int


class NodeOut(Schema):
    id: int
    code: str


@router.post("/nodes", response={201: NodeOut})
def create(request, body: NodeIn):
    row = Grant.objects.create(role=body.code, node_id=body.parent, user_id=request.auth.user_id)
    return Status(201, {"id": row.pk, "code": row.role})


@router.get("/nodes", response=Page[NodeOut])
def listing(request, page: Query[PageQuery]):
    return paginate(
        Node.objects.all(), page, by="code", show=lambda n: {"id": n.pk, "code": n.code}
    )


@router.get("/admin", auth=require("events.view"))
def admin_only(request):
    return {"ok": True}


@router.post("/conflict")
def conflict(request):
    Node.objects.filter(code="S1").update(name="half")
    raise Conflict("busy", rows=[{"row": 3, "message": "x"}])


@router.get("/fault")
def fault(request):
    return 1 / 0


test_api = build_api()
test_api.urls_namespace = "test"
test_api.add_router("/try/", router)
_patterns, _app, _space = test_api.urls
urlpatterns = [
    path("api/v1/", (_dressed(_patterns), _app, _space)),
    path("api/v1/<path:rest>", lambda request, rest: no_such_operation(request)),
]


@pytest.fixture
def client(tree, make_user):
    browser = Client(raise_request_exception=False, headers={"accept-language": "en"})
    browser.force_login(make_user("dealer_owner", tree["D1"]))
    return browser


@pytest.fixture
def other(tree, make_user):
    browser = Client()
    browser.force_login(make_user("dealer_owner", tree["D2"]))
    return browser


def post(client, url, body, **headers):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def test_without_a_sign_in_the_answer_is_a_401_problem(db):
    answer = Client().get("/api/v1/try/nodes")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "api.sign_in_needed"


def test_a_missing_permission_is_a_403_problem_in_the_readers_language(client):
    assert client.get("/api/v1/try/admin").json() == {
        "type": "urn:yunhe:problem:access.not_allowed",
        "title": "Not permitted",
        "status": 403,
        "detail": "You do not have the permission for this.",
        "instance": "/api/v1/try/admin",
        "code": "access.not_allowed",
    }


def test_a_session_must_send_the_csrf_token_to_change_something(tree, make_user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("dealer_owner", tree["D1"]))
    answer = post(strict, "/api/v1/try/nodes", {"code": "N", "parent": tree["D1"].pk})
    assert (answer.status_code, answer.json()["code"]) == (403, "api.csrf")


def test_the_same_key_is_done_once_and_answered_twice(client, tree):
    body = {"code": "N1", "parent": tree["D1"].pk}
    key = {"Idempotency-Key": "k-1"}
    first = post(client, "/api/v1/try/nodes", body, **key)
    again = post(client, "/api/v1/try/nodes", body, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Grant.objects.filter(role="N1").count() == 1


def test_the_same_key_for_another_request_is_refused(client, tree):
    key = {"Idempotency-Key": "k-1"}
    post(client, "/api/v1/try/nodes", {"code": "N1", "parent": tree["D1"].pk}, **key)
    other = post(client, "/api/v1/try/nodes", {"code": "N2", "parent": tree["D1"].pk}, **key)
    assert (other.status_code, other.json()["code"]) == (409, "api.idempotency_key_reused")
    assert not Grant.objects.filter(role="N2").exists()


def test_keys_of_two_users_are_two_keys(client, other, tree):
    key = {"Idempotency-Key": "k-1"}
    one = post(client, "/api/v1/try/nodes", {"code": "N1", "parent": tree["D1"].pk}, **key)
    two = post(other, "/api/v1/try/nodes", {"code": "N2", "parent": tree["D2"].pk}, **key)
    assert (one.json()["code"], two.json()["code"]) == ("N1", "N2")


def test_a_refused_request_writes_nothing_and_may_be_repeated(client, tree):
    for _ in range(2):
        answer = post(client, "/api/v1/try/conflict", {}, **{"Idempotency-Key": "k-2"})
        assert answer.status_code == 409
        assert answer.json()["errors"] == [{"row": 3, "message": "x"}]
    assert Node.objects.get(code="S1").name == "甲门店"


def test_a_write_outside_the_scope_is_not_permitted(client, tree):
    answer = post(client, "/api/v1/try/nodes", {"code": "N1", "parent": tree["D2"].pk})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.not_allowed")


def test_values_that_do_not_fit_are_named_one_by_one(client):
    answer = post(client, "/api/v1/try/nodes", {"parent": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/code", "type": "missing", "message": "This value is required."},
        {"pointer": "/parent", "type": "int_parsing", "message": "It must be a whole number."},
    ]
    unreadable = client.post("/api/v1/try/nodes", "{", content_type="application/json")
    assert (unreadable.status_code, unreadable.json()["code"]) == (400, "api.unreadable")


def test_an_unknown_address_and_a_fault_are_problems_too(client):
    assert client.get("/api/v1/nothing").json()["code"] == "access.not_found"
    answer = client.get("/api/v1/try/fault")
    assert (answer.status_code, answer.json()["code"]) == (500, "api.fault")
    assert "division" not in answer.content.decode()


def test_a_method_that_is_not_there_is_a_problem_that_names_those_that_are(client):
    answer = client.delete("/api/v1/orders/")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Allow"] == "GET, POST"
    assert answer.json()["code"] == "api.method_not_allowed"


def test_pages_follow_each_other_without_gaps(client, django_assert_num_queries):
    first = client.get("/api/v1/try/nodes?limit=3").json()
    second = client.get(f"/api/v1/try/nodes?limit=3&cursor={first['next']}").json()
    assert [n["code"] for n in first["items"] + second["items"]] == ["D1", "HQ", "R1", "S1"]
    assert second["next"] == ""
    assert client.get("/api/v1/try/nodes?cursor=!!").json()["code"] == "api.cursor"
    assert client.get("/api/v1/try/nodes?limit=0").json()["errors"][0]["pointer"] == "query/limit"


@override_settings(API_REQUESTS_PER_MINUTE=2)
def test_too_many_requests_are_told_when_to_come_back(client, monkeypatch):
    monkeypatch.setattr("yunhe.platform.api.limits._counts", {})
    answers = [client.get("/api/v1/try/nodes") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
