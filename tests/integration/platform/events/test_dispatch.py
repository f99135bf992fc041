"""An event reaches each listener at least once, alone, and after failures; webhooks are signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http
from cloudevents.core.formats.json import JSONFormat
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped
from yunhe.platform.database.encryption import decrypt
from yunhe.platform.events import webhooks
from yunhe.platform.events.dispatcher import MAX_ATTEMPTS, dispatch_all, fan_out
from yunhe.platform.events.errors import UnknownEventType, UnsafeAddress
from yunhe.platform.events.models import Delivery, OutboxEvent, WebhookDelivery, WebhookEndpoint
from yunhe.platform.events.outbox import emit
from yunhe.platform.events.registry import Event, _handlers, listen
from yunhe.platform.events.services import (
    create_endpoint,
    replay_deliveries,
    replay_webhooks,
    rotate_secret,
)

pytestmark = pytest.mark.django_db
heard: list[tuple[str, object]] = []
broken: set[str] = set()


@dataclass(frozen=True, kw_only=True)
class Tried(Event):
    type: ClassVar = "yunhe.trial.thing.tried.v1"

    thing_id: int
    amount: Decimal = Decimal(0)
    on: date | None = None


@listen(Tried)
def good(event, *, actor):
    heard.append(("good", event))


@listen(Tried)
def fragile(event, *, actor):
    Node.objects.filter(code="S1").update(name=f"by {actor.name.rsplit('.', 1)[-1]}")
    if "fragile" in broken:
        raise RuntimeError("not today")
    heard.append(("fragile", event))


@pytest.fixture(autouse=True)
def clean():
    heard.clear()
    broken.clear()


@pytest.fixture
def admin(tree, make_user):
    return make_user("it_admin", tree["HQ"])


def test_an_event_reaches_every_listener_once_with_its_values(tree):
    event = Tried(thing_id=7, amount=Decimal("12.30"), on=date(2026, 11, 22))
    emit(event, node_id=tree["D1"].pk, subject="T-7")
    assert dispatch_all() == 2
    assert dispatch_all() == 0
    assert heard == [("fragile", event), ("good", event)]


def test_what_a_listener_does_not_want_is_not_even_stored_for_it(tree):
    @listen(Tried, only=lambda event: event.thing_id > 1)
    def picky(event, *, actor):
        heard.append(("picky", event))

    try:
        for number in (1, 2):
            emit(Tried(thing_id=number))
        dispatch_all()
        assert [event.thing_id for name, event in heard if name == "picky"] == [2]
        assert Delivery.objects.filter(handler__endswith="picky").count() == 1
        assert Delivery.objects.filter(handler__endswith="good").count() == 2
    finally:
        _handlers.pop(f"{picky.__module__}.{picky.__qualname__}")


def test_an_event_vanishes_with_its_transaction(tree):
    with transaction.atomic():
        emit(Tried(thing_id=1))
        transaction.set_rollback(True)
    assert dispatch_all() == 0


def test_a_restricted_role_may_write_events_and_read_none(tree, make_user):
    with scoped(make_user("dealer_owner", tree["D1"]).pk) as principal:
        emit(Tried(thing_id=1), node_id=tree["D1"].pk)
        assert OutboxEvent.objects.count() == 0
    assert OutboxEvent.objects.get().actor_id == principal.user_id


def test_a_failing_listener_is_undone_retried_alone_and_given_up(tree, admin):
    broken.add("fragile")
    emit(Tried(thing_id=1))
    now = timezone.now()
    assert dispatch_all(now=now) == 2
    assert Node.objects.get(code="S1").name == "甲门店"
    assert [name for name, _ in heard] == ["good"]
    waiting = Delivery.objects.get(handler__endswith=".fragile")
    assert (waiting.state, waiting.attempts, waiting.error) == (
        "pending",
        1,
        "RuntimeError: not today",
    )
    assert waiting.next_at == now + timedelta(seconds=2)
    for attempt in range(2, MAX_ATTEMPTS + 1):
        assert dispatch_all(now=now + timedelta(hours=2 * attempt)) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("dead", 12)

    broken.clear()
    with scoped(admin.pk) as principal:
        assert replay_deliveries([waiting.pk], actor=principal, now=now) == 1
    assert dispatch_all() == 1
    assert [name for name, _ in heard] == ["good", "fragile"]
    assert Node.objects.get(code="S1").name == "by fragile"


def test_an_event_type_belongs_to_one_class():
    with pytest.raises(ValueError, match="declared twice"):

        @dataclass(frozen=True, kw_only=True)
        class Other(Event):
            type: ClassVar = "yunhe.trial.thing.tried.v1"


@pytest.fixture
def receiver(monkeypatch):
    """Another system: remembers what it was sent and answers what the test wants."""

    class Receiver:
        calls: list[tuple[bytes, dict[str, str]]] = []
        status = 204

        def post(self, target, body, headers, *, within):
            self.calls.append((body, headers))
            return self.status, "answer"

    found = Receiver()
    found.calls = []
    monkeypatch.setattr(webhooks, "post", found.post)
    monkeypatch.setattr(webhooks, "check_address", lambda url: url)
    return found


@pytest.fixture
def endpoint(admin, tree, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with scoped(admin.pk) as principal:
        return create_endpoint(
            node_id=tree["R1"].pk,
            url="http://127.0.0.1:9/hook",
            patterns=["yunhe.trial.*"],
            description="ERP",
            actor=principal,
        )


def test_a_webhook_is_a_signed_cloud_event(tree, endpoint, receiver):
    emit(Tried(thing_id=7, amount=Decimal("1.5")), node_id=tree["D1"].pk, subject="T-7")
    emit(Tried(thing_id=8), node_id=tree["D2"].pk)
    emit(Tried(thing_id=9))
    fan_out()
    while webhooks.send_next():
        pass
    [(body, headers)] = receiver.calls
    row, secret = endpoint
    assert Webhook(secret).verify(body, headers)["data"] == {
        "thing_id": 7,
        "amount": "1.5",
        "on": None,
    }
    message = HTTPMessage({"content-type": headers["Content-Type"]}, body)
    event = from_http(message, JSONFormat())
    assert (event.get_type(), event.get_subject()) == (Tried.type, "T-7")
    assert event.get_source() == "/yunhe/trial"
    assert headers["webhook-id"] == event.get_id()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM events_webhookendpoint WHERE id = %s", [row.pk])
        stored = cursor.fetchone()[0]
    assert secret not in stored
    assert decrypt(stored) == secret  # under ENCRYPTION_KEYS, so `yunhe rotate-keys` renews it
    assert WebhookDelivery.objects.get().state == "done"


def test_a_refusing_receiver_is_asked_again_by_the_schedule_until_given_up(
    tree, endpoint, receiver, admin
):
    receiver.status = 503
    emit(Tried(thing_id=7), node_id=tree["D1"].pk)
    fan_out()
    now = timezone.now()
    waits = []
    while webhooks.send_next(now=now):
        delivery = WebhookDelivery.objects.get()
        waits.append(int((delivery.next_at - now).total_seconds()))
        now = max(delivery.next_at, now)
        if delivery.state == "dead":
            break
    assert waits[:9] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert (delivery.state, delivery.attempts, delivery.status) == ("dead", 10, 503)
    receiver.status = 200
    with scoped(admin.pk) as principal:
        replay_webhooks([delivery.pk], actor=principal, now=now)
    assert webhooks.send_next(now=now)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("done", 1)


def test_an_address_that_is_gone_is_not_called_again(tree, endpoint, receiver):
    receiver.status = 410
    emit(Tried(thing_id=7), node_id=tree["D1"].pk)
    fan_out()
    webhooks.send_next()
    assert WebhookEndpoint.objects.get().active is False


def test_after_a_rotation_both_secrets_verify_for_a_day(tree, endpoint, receiver, admin):
    row, old = endpoint
    with scoped(admin.pk) as principal:
        new = rotate_secret(row, actor=principal, now=timezone.now())
    emit(Tried(thing_id=7), node_id=tree["D1"].pk)
    fan_out()
    webhooks.send_next()
    [(body, headers)] = receiver.calls
    assert (
        Webhook(old).verify(body, headers) == Webhook(new).verify(body, headers) == json.loads(body)
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "https://10.1.2.3/",
        "http://169.254.169.254/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://0.0.0.0/",
        "ftp://example.com/",
        "https://user:pass@1.1.1.1/",
        "nonsense",
        "http://no-such-host.invalid/",
    ],
)
def test_an_address_inside_our_network_is_refused(url, admin, tree):
    with scoped(admin.pk) as principal, pytest.raises(UnsafeAddress):
        create_endpoint(
            node_id=tree["HQ"].pk, url=url, patterns=[], description="", actor=principal
        )


def test_a_filter_must_match_some_event(admin, tree, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with scoped(admin.pk) as principal, pytest.raises(UnknownEventType):
        create_endpoint(
            node_id=tree["HQ"].pk,
            url="http://127.0.0.1/",
            patterns=["yunhe.nothing.*"],
            description="",
            actor=principal,
        )


def test_a_dealer_may_not_even_insert_deliveries(tree, make_user):
    with (
        scoped(make_user("dealer_owner", tree["D1"]).pk),
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        Delivery.objects.create(handler="x", event_type="y", next_at=timezone.now(), event_id=None)


def test_a_message_is_signed_as_the_published_example(tree, endpoint):
    """The example of the Standard Webhooks specification, in its reference libraries' own tests:
    github.com/standard-webhooks/standard-webhooks, libraries/python/tests (test_sign_function)."""
    row, _secret = endpoint
    row.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    sent_at = datetime.fromtimestamp(1614265330, tz=UTC)
    headers = webhooks.signed_headers(
        row, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', now=sent_at
    )
    named = {name: value for name, value in headers.items() if name.startswith("webhook-")}
    assert named == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
