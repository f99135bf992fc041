"""Sourcing rules and supply places kept over the API, by whoever may keep them on the page."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.trade.sourcing.models import SourcingRule, SupplyPoint

RULES, PLACES = "/api/v1/sourcing/rules", "/api/v1/sourcing/places"


@pytest.fixture
def ask(canal):
    """PUT as a person; the next statement is the test's own again."""

    def put(person, path, body):
        set_role("none")
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(pk=canal.shop.people[person]))
        answer = client.put(path, json.dumps(body), content_type="application/json")
        set_role("none")
        return answer

    return put


def test_a_rule_is_made_and_changed_in_part(canal, ask):
    made = ask("ops", f"{RULES}/LIST", {"name": "按清单", "name_en": "By list", "kind": "priority"})
    assert made.status_code == 200, made.content
    assert made.json()["name"] == "By list"
    code = SupplyPoint.objects.get(pk=canal.near).node.code
    changed = ask("ops", f"{RULES}/LIST", {"places": [code], "answer_hours": 6, "preferred": True})
    rule = SourcingRule.objects.get(code="LIST")
    assert changed.status_code == 200, changed.content
    assert changed.json()["answer_hours"] == rule.answer_hours == 6
    assert (rule.kind, rule.places) == ("priority", [canal.near])
    assert list(SourcingRule.objects.filter(preferred=True)) == [rule]


def test_what_the_page_refuses_the_api_refuses_by_field(canal, ask):
    nameless = ask("ops", f"{RULES}/NEW", {"kind": "nonsense"})
    assert nameless.status_code == 422
    assert {row["pointer"] for row in nameless.json()["errors"]} == {"/name", "/kind"}
    unknown = ask("ops", f"{RULES}/NEAR", {"places": ["NOWHERE"]})
    assert unknown.json()["errors"][0]["pointer"] == "/place_codes"
    assert not SourcingRule.objects.filter(code="NEW").exists()
    assert ask("dealer", f"{RULES}/NEAR", {"name": "x"}).status_code == 403


def test_a_place_is_changed_and_a_place_without_stock_is_none(canal, ask):
    changed = ask("ops", f"{PLACES}/{canal.near}", {"provinces": ["310000"], "active": False})
    assert (changed.status_code, changed.json()["provinces"]) == (200, ["310000"])
    point = SupplyPoint.objects.get(pk=canal.near)
    assert (point.provinces, point.active) == (["310000"], False)
    refused = ask("ops", f"{PLACES}/{canal.shop.dealer}", {"active": True})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/node"


def test_preferring_another_rule_on_the_page_takes_it_from_the_former(canal):
    set_role("none")
    client = Client()
    client.force_login(User.objects.get(pk=canal.shop.people["ops"]))
    former = SourcingRule.objects.get(preferred=True)
    typed = {
        "name": "最近",
        "kind": "nearest",
        "answer_hours": "24",
        "fee_percent": "0",
    } | dict.fromkeys(("distance", "stock", "rank", "parcel"), "1")
    set_role("none")
    answer = client.post("/sourcing/rules/new/", typed | {"code": "SECOND", "preferred": "on"})
    set_role("none")
    assert answer.status_code == 302, answer.content.decode()
    assert [rule.code for rule in SourcingRule.objects.filter(preferred=True)] == ["SECOND"]
    assert former.code != "SECOND"
