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
from yunhe.platform.events.models import Delivery, OutboxEvent, WebhookEndpoint
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


def test_given_up_deliveries_are_replayed_by_choice(client):
    event = OutboxEvent.objects.get()
    row = Delivery.objects.create(
        event=event,
        event_type=event.type,
        handler="gone.handler",
        state="dead",
        attempts=12,
        next_at=event.time,
        error="LookupError",
    )
    assert "gone.handler" in go(client, reverse("events:dead")).content.decode()
    chosen = {"selected": [str(row.pk)]}
    assert go(client, reverse("events:replay"), chosen).status_code == 200
    assert go(client, reverse("events:replay"), chosen | {"confirmed": "1"}).status_code == 200
    set_role("none")
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("pending", 0)


def test_others_do_not_see_events(tree, make_user):
    browser = Client()
    browser.force_login(make_user("dealer_owner", tree["D1"]))
    assert go(browser, reverse("events:list")).status_code == 403
