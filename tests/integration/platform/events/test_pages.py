"""The pages of events and webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from yunhe.platform.access.session import set_role
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.events.models import Delivery, OutboxEvent, WebhookDelivery, WebhookEndpoint
from yunhe.platform.events.outbox import emit
from yunhe.platform.events.registry import Event

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Looked(Event):
    type: ClassVar = "yunhe.trial.page.looked.v1"

    page: str


@pytest.fixture
def client(tree, make_user, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    browser = Client()
    browser.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    browser.force_login(make_user("it_admin", tree["HQ"]))
    emit(Looked(page="home"), node_id=tree["D1"].pk, subject="home")
    dispatch_all()
    return browser


def go(client: Client, url: str, data=None):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    return client.get(url) if data is None else client.post(url, data)


def ask(client: Client, path: str, body=None):
    """The API, with a JSON body where there is one."""
    set_role("none")
    address = f"/api/v1/events/{path}"
    answer = (
        client.get(address)
        if body is None
        else client.post(address, body, content_type="application/json")
    )
    set_role("none")
    return answer


def test_events_are_listed_and_show_their_envelope(client):
    event = OutboxEvent.objects.get()
    assert "yunhe.trial.page.looked.v1" in go(client, reverse("events:list")).content.decode()
    page = go(client, reverse("events:detail", args=[event.pk])).content.decode()
    assert "specversion" in page
    assert str(event.pk) in page


def test_a_system_is_connected_with_a_secret_shown_once_and_changed(client, tree):
    form = {
        "url": "http://127.0.0.1:9/hook",
        "node": tree["R1"].pk,
        "event_types": ["yunhe.trial.*"],
        "active": "on",
    }
    answer = go(client, reverse("events:endpoint_create"), form)
    assert answer.status_code == 302
    endpoint = WebhookEndpoint.objects.get()
    shown = go(client, answer.url).content.decode()
    assert "whsec_" in shown
    assert "whsec_" not in go(client, answer.url).content.decode()
    go(
        client,
        reverse("events:endpoint_change", args=[endpoint.pk]),
        form | {"description": "ERP", "active": ""},
    )
    go(client, reverse("events:endpoint_rotate", args=[endpoint.pk]), {})
    set_role("none")
    endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.active) == ("ERP", False)
    assert endpoint.previous_secret
    assert go(client, reverse("events:endpoints")).status_code == 200
    refused = go(client, reverse("events:endpoint_create"), form | {"url": "ftp://x"})
    assert refused.status_code == 422


def test_a_system_is_tried_paused_resumed_and_deleted_on_its_page(client, tree):
    endpoint = WebhookEndpoint.objects.create(
        node=tree["R1"], url="http://127.0.0.1:9/hook", secret="whsec_" + "A" * 32
    )

    def press(what):
        answer = client.post(reverse(f"events:endpoint_{what}", args=[endpoint.pk]), follow=True)
        set_role("none")
        return answer.content.decode()

    tried = press("test")
    assert "The test event was not accepted." in tried
    assert "ConnectionRefusedError" in tried
    assert "Resume" in press("pause")
    assert "Pause" in press("resume")
    assert "Deleted." in press("delete")
    assert endpoint.url in go(client, reverse("events:endpoints_deleted")).content.decode()
    page = go(client, reverse("events:endpoint", args=[endpoint.pk])).content.decode()
    assert "Send a test event" not in page
    assert "Messages sent" in page


@pytest.fixture
def given_up(client):
    event = OutboxEvent.objects.get()
    return Delivery.objects.create(
        event=event,
        event_type=event.type,
        handler="gone.handler",
        state="dead",
        attempts=12,
        next_at=event.time,
        error="LookupError",
    )


def test_given_up_deliveries_are_replayed_by_choice(client, given_up):
    assert "gone.handler" in go(client, reverse("events:dead")).content.decode()
    chosen = {"selected": [str(given_up.pk)]}
    assert go(client, reverse("events:replay"), chosen).status_code == 200
    assert go(client, reverse("events:replay"), chosen | {"confirmed": "1"}).status_code == 200
    set_role("none")
    given_up.refresh_from_db()
    assert (given_up.state, given_up.attempts) == ("pending", 0)


def test_the_api_replays_what_was_given_up_once(client, given_up):
    (row,) = ask(client, "given-up").json()["items"]
    assert (row["id"], row["handler"], row["attempts"], row["error"]) == (
        given_up.pk,
        "gone.handler",
        12,
        "LookupError",
    )
    for queued in (1, 0):
        answer = ask(client, "given-up/replay", {"ids": [given_up.pk]})
        assert (answer.status_code, answer.json()) == (200, {"queued": queued})
    given_up.refresh_from_db()
    assert (given_up.state, given_up.attempts) == ("pending", 0)
    assert ask(client, "given-up").json() == {"items": [], "next": ""}


def test_the_api_sends_a_given_up_webhook_once_more(client, tree):
    event = OutboxEvent.objects.get()
    endpoint = WebhookEndpoint.objects.create(node=tree["R1"], url="https://erp.example/hook")
    row = WebhookDelivery.objects.create(
        node=tree["R1"],
        endpoint=endpoint,
        event=event,
        event_type=event.type,
        state="dead",
        attempts=10,
        next_at=event.time,
        status=503,
        answer="later",
    )
    (shown,) = ask(client, "webhooks/given-up").json()["items"]
    assert (shown["id"], shown["address"], shown["status"]) == (
        str(row.pk),
        "https://erp.example/hook",
        503,
    )
    assert ask(client, "webhooks/replay", {"ids": [str(row.pk)]}).json() == {"queued": 1}
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("pending", 0)


@pytest.mark.parametrize("role", ["director", "regional_manager", "dealer_owner"])
def test_others_neither_read_nor_replay_what_was_given_up(role, client, given_up, tree, make_user):
    client.force_login(make_user(role, tree["D1" if role == "dealer_owner" else "HQ"]))
    answers = [
        ask(client, "given-up"),
        ask(client, "given-up/replay", {"ids": [given_up.pk]}),
        ask(client, "webhooks/given-up"),
        ask(client, "webhooks/replay", {"ids": [str(given_up.event_id)]}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    given_up.refresh_from_db()
    assert given_up.state == "dead"


def test_others_do_not_see_events(tree, make_user):
    browser = Client()
    browser.force_login(make_user("dealer_owner", tree["D1"]))
    assert go(browser, reverse("events:list")).status_code == 403
