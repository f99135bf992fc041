"""Webhook endpoints and the list of events over the API, by whoever may on the pages."""

from __future__ import annotations

import json

import pytest

from yunhe.platform.access.session import set_role
from yunhe.platform.events.models import OutboxEvent, WebhookEndpoint

pytestmark = pytest.mark.django_db
PATH = "/api/v1/events"
ADDRESS = "https://93.184.216.34/hook"


@pytest.fixture
def ask(client, make_user, tree):
    people = {
        role: make_user(role, tree[place])
        for role, place in (("it_admin", "HQ"), ("dealer_owner", "D1"))
    }

    def send(method, path, body=None, role="it_admin"):
        set_role("none")
        client.force_login(people[role])
        answer = client.generic(
            method, f"{PATH}{path}", json.dumps(body or {}), content_type="application/json"
        )
        set_role("none")
        return answer

    return send


def test_an_endpoint_is_connected_changed_and_given_a_new_secret(ask, tree):
    body = {"node_id": tree["R1"].pk, "url": ADDRESS, "event_types": ["yunhe.orders.*"]}
    made = ask("POST", "/webhooks", body)
    assert made.status_code == 201, made.content
    first = made.json()["secret"]
    assert first.startswith("whsec_")
    shown = ask("GET", "/webhooks").json()
    assert [(row["url"], row["active"]) for row in shown] == [(ADDRESS, True)]
    assert "secret" not in shown[0]

    path = f"/webhooks/{made.json()['id']}"
    changed = ask("PUT", path, {"url": ADDRESS, "description": "ERP", "active": False})
    assert (changed.status_code, changed.json()["event_types"]) == (200, [])
    second = ask("POST", f"{path}/secret").json()["secret"]
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.active, endpoint.secret, endpoint.previous_secret) == (False, second, first)


def test_what_the_page_refuses_the_api_refuses(ask, tree):
    def post(**changed):
        return ask("POST", "/webhooks", {"node_id": tree["HQ"].pk, "url": ADDRESS} | changed)

    assert post(url="http://127.0.0.1/").status_code == 422
    assert post(event_types=["yunhe.nothing.*"]).status_code == 422
    assert post(node_id=10**9).status_code == 404
    assert ask("GET", "/webhooks", role="dealer_owner").status_code == 403
    assert ask("PUT", f"/webhooks/{10**9}", {"url": ADDRESS}).status_code == 404
    assert not WebhookEndpoint.objects.exists()


def test_events_are_listed_by_type_the_newest_first(ask, tree):
    for at, kind in enumerate(("yunhe.orders.order.placed", "yunhe.sales.reported")):
        OutboxEvent.objects.create(
            type=kind, source="/test", time=f"2026-03-0{at + 1}T00:00:00Z", data={"n": at}
        )
    both = ask("GET", "/").json()
    assert [event["data"] for event in both] == [{"n": 1}, {"n": 0}]
    assert [e["data"] for e in ask("GET", "/?type=yunhe.orders.*").json()] == [{"n": 0}]
    assert [e["data"] for e in ask("GET", f"/?before={both[0]['id']}").json()] == [{"n": 0}]
    assert ask("GET", "/", role="dealer_owner").status_code == 403
