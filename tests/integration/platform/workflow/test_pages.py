"""The pages and the API of approvals, as people use them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.integration.platform.workflow.conftest import step

from yunhe.platform.workflow.models import Absence, Approval, Definition, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client):
    """`browse(person)`: a browser in English, signed in."""

    def sign_in(person):
        client.logout()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(person)
        return client

    return sign_in


def text_of(answer) -> str:
    return answer.content.decode()


def test_inbox_request_decision(define, ask, people, browse):
    define(step("s1", "regional_manager", mode="all"), step("s2", "finance"))
    approval = ask()
    window = browse(people["east"])
    assert "订单 7" in text_of(window.get("/workflow/"))
    page = text_of(window.get(f"/workflow/{approval.pk}/"))
    assert "step s1" in page
    assert "regional_manager-R1" in page
    refused = window.post(f"/workflow/{approval.pk}/decide/", {"step": "s1", "verdict": "rejected"})
    assert refused.status_code == 422
    done = window.post(f"/workflow/{approval.pk}/decide/", {"step": "s1", "verdict": "approved"})
    assert done.status_code == 302
    assert "Nothing awaits your decision" in text_of(window.get("/workflow/"))
    window.post(f"/workflow/{approval.pk}/comment/", {"text": "看过了"})
    assert "看过了" in text_of(window.get(f"/workflow/{approval.pk}/"))
    assert Approval.objects.get().open_steps == ["s2"]


def test_a_character_that_the_database_refuses_is_told_and_not_a_broken_page(
    define, ask, people, browse
):
    define(step("s1", "regional_manager", mode="all"))
    approval = ask()
    window = browse(people["east"])
    refused = window.post(f"/workflow/{approval.pk}/comment/", {"text": "a\x00b"})
    assert refused.status_code == 422
    assert "cannot be kept" in text_of(refused)
    assert not approval.entries.filter(kind="commented").exists()


def test_the_phone_shows_a_dealer_what_the_dealer_decides(define, ask, people, browse, tree):
    define(step("s1", users=[people["dealer"].pk]))
    approval = ask(by="east")
    window = browse(people["dealer"])
    page = text_of(window.get("/workflow/"))
    assert "订单 7" in page
    assert window.get("/workflow/all/").status_code == 403
    assert "Agree" in text_of(window.get(f"/workflow/{approval.pk}/"))
    assert browse(people["rival"]).get(f"/workflow/{approval.pk}/").status_code == 404


def test_the_requester_follows_and_withdraws(define, ask, people, browse):
    define(step("s1", "finance"))
    approval = ask()
    window = browse(people["dealer"])
    assert "订单 7" in text_of(window.get("/workflow/mine/"))
    page = text_of(window.get(f"/workflow/{approval.pk}/"))
    assert "Agree" not in page
    assert "Take the request back" in page
    window.post(f"/workflow/{approval.pk}/withdraw/", {"reason": "错了"})
    assert Approval.objects.get().state == "withdrawn"


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_for_any_number(define, ask, people, browse, count):
    define(step("s1", "finance"))
    for at in range(count):
        ask(subject=str(at))
    window = browse(people["finance"])
    window.get("/workflow/")
    with CaptureQueriesContext(connection) as queries:
        window.get("/workflow/")
    about = [query["sql"] for query in queries if "workflow_approval" in query["sql"]]
    assert len(about) == 2  # how many, and the page with places and names


def test_a_chain_is_made_changed_and_retired_in_the_browser(people, browse, tree, heard):
    window = browse(people["director"])
    head = {
        "kind": "test.thing",
        "name": "大额订单",
        "name_en": "Large orders",
        "node": tree["HQ"].pk,
        "level": "",
        "amount_from": "100000",
        "amount_to": "",
        "distinct_people": "on",
        "steps-TOTAL_FORMS": "2",
        "steps-INITIAL_FORMS": "0",
        "steps-0-name": "财务",
        "steps-0-name_en": "Finance",
        "steps-0-role": "finance",
        "steps-0-mode": "quorum",
        "steps-0-quorum": "2",
        "steps-1-name": "",
        "steps-1-mode": "any",
    }
    assert window.post("/workflow/chains/new/", head).status_code == 302
    chain = Definition.objects.get()
    assert (chain.steps[0]["roles"], chain.steps[0]["quorum"]) == (["finance"], 2)
    assert "Large orders" in text_of(window.get("/workflow/chains/"))
    assert "2 of them" in text_of(window.get(f"/workflow/chains/{chain.pk}/"))
    overlap = window.post("/workflow/chains/new/", head)
    assert overlap.status_code == 422
    assert "must never depend on chance" in text_of(overlap)
    change = f"/workflow/chains/{chain.pk}/change/"
    assert window.get(change).status_code == 200
    changed = window.post(change, head | {"amount_from": "200000", "steps-INITIAL_FORMS": "1"})
    assert changed.status_code == 302, text_of(changed)
    window.post(f"/workflow/chains/{chain.pk}/retire/")
    chain.refresh_from_db()
    assert (chain.amount_from, chain.active) == (200000, False)


def test_a_stand_in_is_named_and_taken_back(people, browse):
    window = browse(people["east"])
    asked = {
        "substitute": people["director"].pk,
        "starts": date.today().isoformat(),
        "ends": (date.today() + timedelta(days=3)).isoformat(),
    }
    assert "Nobody stands in for you" in text_of(window.get("/workflow/absences/"))
    assert window.get("/workflow/absences/new/").status_code == 200
    assert window.post("/workflow/absences/new/", asked).status_code == 302
    assert "director-HQ" in text_of(window.get("/workflow/absences/"))
    absence = Absence.objects.get()
    window.post(reverse("workflow:end_absence", args=[absence.pk]))
    assert not Absence.objects.filter(period__contains=date.today()).exists()


def test_the_api_decides_once_a_key(define, ask, people, browse):
    define(step("s1", "finance", mode="all"))
    approval = ask()
    window = browse(people["finance"])
    (waiting,) = window.get("/api/v1/workflow/inbox").json()["items"]
    assert (waiting["id"], waiting["open_steps"]) == (approval.pk, ["s1"])
    body = {"step": "s1", "verdict": "approved"}
    address = f"/api/v1/workflow/approvals/{approval.pk}/decide"
    for _again in range(2):
        answer = window.post(
            address, body, content_type="application/json", headers={"Idempotency-Key": "k1"}
        )
        assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert (shown["state"], shown["my_step"]) == ("open", "")
    assert Entry.objects.filter(kind="approved").count() == 1
    late = window.post(address, body | {"step": "s9"}, content_type="application/json")
    assert (late.status_code, late.json()["code"]) == (409, "workflow.settled")
