"""Frames over HTTP: who finds which, what is refused and how it is said, what a repetition does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.integration.channel.network.test_addresses import draft
from tests.integration.trade.blankets.conftest import ACTOR

from yunhe.channel.network.services import save_address
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.trade.blankets.models import Frame
from yunhe.trade.orders.models import Order

pytestmark = pytest.mark.django_db
FRAMES = "/api/v1/blankets/"
TODAY = timezone.localdate()


@pytest.fixture
def ask(shop):
    """`ask("dealer", "post", url, body)`: one request of that person, in English."""
    clients = {}
    for person, user_id in shop.people.items():
        clients[person] = Client(headers={"accept-language": "en"})
        clients[person].force_login(User.objects.get(pk=user_id))

    def send(person: str, method: str, url: str, body: Any = None, **headers: str):
        # inside a test's own transaction the role of the last request would stay
        set_role("none")
        told = {} if body is None else {"data": json.dumps(body)}
        call = getattr(clients[person], method)
        answer = call(url, **told, content_type="application/json", headers=headers)
        set_role("none")
        return answer

    return send


def terms(shop, **more) -> dict[str, Any]:
    line = {"sku": "tea", "unit": "case", "total": "10", "price": "36", "call_minimum": "2"}
    return {
        "node_id": shop.dealer,
        "title": "全年茶饮",
        "starts": TODAY.isoformat(),
        "until": (TODAY + timedelta(days=365)).isoformat(),
        "lines": [line],
    } | more


def call(quantity: int | str, **more) -> dict[str, Any]:
    return {"lines": [{"sku": "tea", "unit": "case", "quantity": quantity}], **more}


def refusal(answer) -> tuple[int, str]:
    """Status and code of a problem document (RFC 9457)."""
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"] == f"urn:yunhe:problem:{told['code']}"
    return answer.status_code, told["code"]


def test_a_frame_from_draft_to_call_off(shop, ask):
    made = ask("ops", "post", FRAMES, terms(shop))
    assert made.status_code == 201, made.content
    frame = made.json()
    url = f"{FRAMES}{frame['id']}"
    assert (frame["status"], frame["actions"]) == ("draft", ["submit", "cancel"])
    assert ask("dealer", "get", FRAMES).json()["items"] == []  # not offered yet
    changed = ask("ops", "put", url, terms(shop, title="茶饮框架")).json()
    assert (changed["title"], len(changed["lines"])) == ("茶饮框架", 1)
    offered = ask("ops", "post", f"{url}/submit").json()
    assert (offered["status"], offered["worth"]) == ("offered", "360.0000")  # 10 cases × 36
    assert ask("dealer", "post", f"{url}/sign").json()["status"] == "active"
    line = offered["lines"][0]["id"]
    plan = [{"line_id": line, "on": TODAY.isoformat(), "quantity": 5}]
    planned = ask("ops", "put", f"{url}/plan", plan).json()["plan"]
    assert [(each["quantity"], each["called"]) for each in planned] == [("5.000", "0.000")]
    twice = ask("ops", "put", f"{url}/plan", [*plan, *plan])
    assert (twice.status_code, [each["row"] for each in twice.json()["errors"]]) == (422, [2])
    called = ask("dealer", "post", f"{url}/call-offs", call(3)).json()
    assert (called["status"], called["total"]) == ("submitted", "108.00")  # 3 × 36.00
    shown = ask("dealer", "get", url).json()
    [line] = shown["lines"]
    assert (line["called"], line["shipped"], line["left"]) == ("3.000", "0.000", "7.000")


def test_each_side_finds_its_own_frames_only(shop, make_frame, ask):
    frame = make_frame()
    url = f"{FRAMES}{frame.pk}"
    for person, found in (("ops", [frame.pk]), ("dealer", [frame.pk]), ("other", [])):
        assert [one["id"] for one in ask(person, "get", FRAMES).json()["items"]] == found
    for method, path, body in (
        ("get", url, None),
        ("post", f"{url}/sign", None),
        ("post", f"{url}/call-offs", call(3)),
    ):
        assert refusal(ask("other", method, path, body)) == (404, "access.not_found")
    assert refusal(ask("dealer", "put", url, terms(shop))) == (403, "access.not_allowed")
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"title": ""}, "/title"),
        ({"until": "soon"}, "/until"),
        ({"colour": "red"}, "/colour"),
        ({"lines": [{"sku": "tea", "unit": "case", "total": "-1"}]}, "/lines/0/total"),
    ],
)
def test_an_unreadable_body_is_a_problem_that_names_the_field(shop, ask, change, pointer):
    answer = ask("ops", "post", FRAMES, terms(shop, **change))
    assert refusal(answer) == (422, "api.invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Frame.objects.exists()


def test_terms_that_do_not_fit_name_their_line(shop, ask):
    lines = [{"sku": "tea", "unit": "case", "total": 1}, {"sku": "nothing", "total": 1}]
    answer = ask("ops", "post", FRAMES, terms(shop, lines=lines))
    assert refusal(answer) == (422, "blankets.frame")
    [row] = answer.json()["errors"]
    assert (row["row"], row["message"]) == (2, "No product or group has this code.")
    nobody = ask("ops", "post", FRAMES, terms(shop, node_id=10**9))
    assert refusal(nobody) == (404, "access.not_found")


def test_a_repeated_request_draws_one_frame_up(shop, ask):
    answers = [
        ask("ops", "post", FRAMES, terms(shop), **{"Idempotency-Key": "frame-1"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Frame.objects.count() == 1
    other = ask("ops", "post", FRAMES, terms(shop, title="x"), **{"Idempotency-Key": "frame-1"})
    assert refusal(other) == (409, "api.idempotency_key_reused")


def test_the_same_key_is_the_same_call_off(shop, make_frame, ask):
    url = f"{FRAMES}{make_frame().pk}/call-offs"
    first, second = (ask("dealer", "post", url, call(3, key="tap-1")) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json()["repeated"], second.json()["repeated"]) == (False, True)
    assert first.json()["order_id"] == second.json()["order_id"]
    assert Order.objects.count() == 1


def test_a_call_off_is_refused_by_line(shop, make_frame, ask):
    url = f"{FRAMES}{make_frame(total=7).pk}/call-offs"
    unknown = ask("dealer", "post", url, {"lines": [{"sku": "?", "unit": "case", "quantity": 1}]})
    assert refusal(unknown) == (422, "orders.lines")
    assert unknown.json()["errors"][0]["row"] == 1
    small = ask("dealer", "post", url, call(1))
    assert refusal(small) == (422, "blankets.size")
    assert "at least 2 case, not 1" in small.json()["errors"][0]["message"]
    assert ask("dealer", "post", url, call(4)).status_code == 201
    short = ask("dealer", "post", url, call(4))
    assert refusal(short) == (409, "blankets.short")
    [row] = short.json()["errors"]
    assert (row["asked"], row["available"]) == ("4", "3")
    assert Order.objects.count() == 1


def test_a_call_off_goes_to_an_address_of_the_partner(shop, make_frame, ask):
    url = f"{FRAMES}{make_frame().pk}/call-offs"
    own, other = Node.objects.get(pk=shop.dealer), Node.objects.get(pk=shop.other)
    save_address(own, draft(label="主仓"), actor=ACTOR)
    second = save_address(own, draft(label="分仓"), actor=ACTOR)
    theirs = save_address(other, draft(label="别家"), actor=ACTOR)
    answer = ask("dealer", "post", url, call(2, address_id=theirs.pk))
    assert refusal(answer) == (422, "network.address")
    assert answer.json()["field"] == "address_id"
    for told, label in (({}, "主仓"), ({"address_id": second.pk}, "分仓")):
        placed = ask("dealer", "post", url, call(2, **told)).json()
        assert Order.objects.get(pk=placed["order_id"]).ship_to["label"] == label


def test_a_move_that_the_state_does_not_allow(shop, make_frame, ask):
    url = f"{FRAMES}{make_frame().pk}"
    assert refusal(ask("dealer", "post", f"{url}/sign")) == (409, "blankets.illegal_move")
    assert refusal(ask("ops", "post", f"{url}/explode")) == (404, "access.not_found")
    closed = ask("ops", "post", f"{url}/close", {"reason": "停产"}).json()
    assert (closed["status"], closed["actions"]) == ("closed", [])
    gone = ask("dealer", "post", f"{url}/call-offs", call(2))
    assert refusal(gone) == (422, "blankets.not_open")
