"""Webhook endpoints and the list of events over the API, by whoever may on the pages."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from yunhe.platform.access.session import set_role
from yunhe.platform.events import webhooks
from yunhe.platform.events.addresses import check_address, post
from yunhe.platform.events.models import OutboxEvent, WebhookDelivery, WebhookEndpoint
from yunhe.platform.events.retention import prune_events
from yunhe.platform.events.webhooks import send_next

pytestmark = pytest.mark.django_db
PATH = "/api/v1/events"
ADDRESS = "https://93.184.216.34/hook"


@pytest.fixture
def ask(client, make_user, tree):
    people = {
        role: make_user(role, tree[place])
        for role, place in (("it_admin", "HQ"), ("director", "HQ"), ("dealer_owner", "D1"))
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


class Receiver(BaseHTTPRequestHandler):
    """Another system; `told` are the bodies and headers that it was sent, `status` what it answers."""

    told: ClassVar[list[tuple[bytes, dict[str, str]]]] = []
    status: ClassVar[int] = 202

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append((body, {name.lower(): value for name, value in self.headers.items()}))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write("收到".encode())

    def log_message(self, *args):
        """Not to the terminal."""


@pytest.fixture
def receiver(settings, monkeypatch):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    monkeypatch.setattr(Receiver, "told", [])
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook"
        server.shutdown()


@pytest.fixture
def connected(ask, tree, receiver):
    body = {"node_id": tree["R1"].pk, "url": receiver, "event_types": ["yunhe.orders.*"]}
    return ask("POST", "/webhooks", body).json()


def test_a_test_event_is_signed_sent_once_and_its_answer_told(ask, connected):
    path = f"/webhooks/{connected['id']}"
    answer = ask("POST", f"{path}/test").json()
    assert (answer["accepted"], answer["status"], answer["answer"]) == (True, 202, "收到")
    [(body, headers)] = Receiver.told
    event = Webhook(connected["secret"]).verify(body, headers)
    assert (event["id"], event["type"]) == (answer["event_id"], "yunhe.events.endpoint.tested.v1")
    assert event["data"] == {"endpoint_id": connected["id"]}
    assert ask("GET", f"{path}/deliveries").json()["items"] == []
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.test_state, endpoint.test_status) == ("done", 202)
    assert not OutboxEvent.objects.filter(type=event["type"]).exists()


def test_a_refused_test_is_told_not_repeated_and_switches_nothing_off(ask, connected, monkeypatch):
    monkeypatch.setattr(Receiver, "status", 410)
    answer = ask("POST", f"/webhooks/{connected['id']}/test").json()
    assert (answer["accepted"], answer["status"]) == (False, 410)
    assert not send_next(now=timezone.now() + timedelta(days=9))
    assert len(Receiver.told) == 1
    assert WebhookEndpoint.objects.get().active


def test_a_test_never_calls_our_own_network(ask, connected, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    answer = ask("POST", f"/webhooks/{connected['id']}/test").json()
    assert (answer["accepted"], answer["status"]) == (False, None)
    assert answer["answer"].startswith("UnsafeAddress: ")
    assert Receiver.told == []


def test_a_receiver_that_answers_letter_by_letter_is_hung_up_on(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with socket.create_server(("127.0.0.1", 0)) as door:

        def dawdle():
            line, _address = door.accept()
            with line, suppress(OSError):
                for letter in b"HTTP/1.1 200 OK and so on and on and on":
                    line.sendall(bytes([letter]))
                    time.sleep(0.1)

        threading.Thread(target=dawdle, daemon=True).start()
        began = time.monotonic()
        target = check_address(f"http://127.0.0.1:{door.getsockname()[1]}/")
        with pytest.raises((OSError, http.client.HTTPException)):
            post(target, b"{}", {}, within=0.5)
        assert time.monotonic() - began < 2


def on_its_way(endpoint_id, tree, state="pending"):
    event = OutboxEvent.objects.create(
        type="yunhe.orders.order.placed",
        source="/test",
        time=timezone.now(),
        data={},
        dispatched_at=timezone.now(),
    )
    return WebhookDelivery.objects.create(
        node=tree["R1"],
        endpoint_id=endpoint_id,
        event=event,
        event_type=event.type,
        state=state,
        next_at=event.time,
    )


def test_what_is_on_its_way_to_a_paused_endpoint_waits_until_it_is_resumed(ask, connected, tree):
    path = f"/webhooks/{connected['id']}"
    waiting = on_its_way(connected["id"], tree)
    assert ask("POST", f"{path}/pause").json()["active"] is False
    assert not send_next()
    assert ask("POST", f"{path}/resume").json()["active"] is True
    assert send_next()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.status, len(Receiver.told)) == ("done", 202, 1)


def test_a_deleted_endpoint_drops_what_waits_and_keeps_what_was_sent(ask, connected, tree):
    path = f"/webhooks/{connected['id']}"
    for state in ("pending", "done", "dead"):
        on_its_way(connected["id"], tree, state)
    answer = ask("DELETE", path)
    assert (answer.status_code, answer.json()) == (200, {"dropped": 1})
    assert ask("GET", "/webhooks").json() == []
    assert ask("GET", "/webhooks/given-up").json()["items"] == []
    assert ask("GET", path).json()["deleted_at"]
    sent = ask("GET", f"{path}/deliveries").json()["items"]
    assert [row["state"] for row in sent] == ["dead", "done", "dropped"]
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.active, endpoint.secret, endpoint.previous_secret) == (False, "", None)
    assert not send_next()


def test_a_deleted_endpoint_is_only_read(ask, connected, tree):
    path = f"/webhooks/{connected['id']}"
    dead = on_its_way(connected["id"], tree, "dead")
    ask("DELETE", path)
    refused = [
        ask("PUT", path, {"url": ADDRESS}),
        ask("DELETE", path),
        *(ask("POST", f"{path}/{what}") for what in ("test", "pause", "resume", "secret")),
    ]
    assert [(each.status_code, each.json()["code"]) for each in refused] == [
        (409, "events.endpoint_deleted")
    ] * 6
    assert ask("POST", "/webhooks/replay", {"ids": [str(dead.pk)]}).status_code == 404
    assert Receiver.told == []


def test_a_message_that_fails_while_its_endpoint_is_deleted_stays_dropped(
    ask, connected, tree, monkeypatch
):
    waiting = on_its_way(connected["id"], tree)

    def delete_meanwhile(*args, **kwargs):
        ask("DELETE", f"/webhooks/{connected['id']}")
        return 503, ""

    monkeypatch.setattr(webhooks, "post", delete_meanwhile)
    assert send_next()
    waiting.refresh_from_db()
    assert waiting.state == "dropped"


def test_events_of_a_deleted_endpoint_are_not_kept_for_ever(ask, connected, tree):
    on_its_way(connected["id"], tree, "dead")
    later = timezone.now() + timedelta(days=1)
    assert prune_events(later) == 0
    ask("DELETE", f"/webhooks/{connected['id']}")
    assert prune_events(later) == 1


def test_only_those_who_may_try_pause_and_delete(ask, connected):
    path = f"/webhooks/{connected['id']}"
    asked = [("POST", f"{path}/{what}") for what in ("test", "pause", "resume")]
    asked += [("GET", path), ("DELETE", path), ("GET", f"{path}/deliveries")]
    answers = [ask(method, address, role="director") for method, address in asked]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert WebhookEndpoint.objects.get().active
    assert Receiver.told == []


def test_events_are_listed_by_type_the_newest_first(ask, tree):
    for at, kind in enumerate(("yunhe.orders.order.placed", "yunhe.sales.reported")):
        OutboxEvent.objects.create(
            type=kind, source="/test", time=f"2026-03-0{at + 1}T00:00:00Z", data={"n": at}
        )

    def data_of(page):
        return [event["data"] for event in page.json()["items"]]

    assert data_of(ask("GET", "/")) == [{"n": 1}, {"n": 0}]
    assert data_of(ask("GET", "/?type=yunhe.orders.*")) == [{"n": 0}]
    first = ask("GET", "/?limit=1")
    assert data_of(first) == [{"n": 1}]
    second = ask("GET", f"/?limit=1&cursor={first.json()['next']}")
    assert (data_of(second), second.json()["next"]) == ([{"n": 0}], "")
    assert ask("GET", "/", role="dealer_owner").status_code == 403
