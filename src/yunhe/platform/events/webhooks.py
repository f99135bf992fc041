"""Send events to other systems after the Standard Webhooks specification 1.0."""

from __future__ import annotations

import http.client
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from yunhe.platform.errors import DomainError
from yunhe.platform.events.addresses import TEST_TIMEOUT_S, TIMEOUT_S, check_address, post
from yunhe.platform.events.choices import DeliveryState, is_accepted
from yunhe.platform.events.envelope import CONTENT_TYPE, cloud_event_json
from yunhe.platform.events.models import OutboxEvent, WebhookDelivery, WebhookEndpoint

logger = logging.getLogger(__name__)
SCHEDULE = tuple(
    timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Waits after each failed attempt; the tenth failure is final (the specification's example)."""
LEASE = timedelta(minutes=2)
GONE = 410

_CLAIM = """
UPDATE events_webhookdelivery SET attempts = attempts + 1, next_at = %s
 WHERE id = (SELECT d.id FROM events_webhookdelivery d
               JOIN events_webhookendpoint e ON e.id = d.endpoint_id AND e.active
              WHERE d.state = 'pending' AND d.next_at <= %s
              ORDER BY d.next_at, d.id LIMIT 1 FOR NO KEY UPDATE OF d SKIP LOCKED)
RETURNING id
"""


TEST_TYPE = "yunhe.events.endpoint.tested.v1"


@dataclass(frozen=True)
class Outcome:
    """What an attempt met: the HTTP status (None: no connection) and the beginning of the answer."""

    status: int | None
    answer: str

    @property
    def delivered(self) -> bool:
        return is_accepted(self.status)


@dataclass(frozen=True)
class Trial:
    """A test event: its id, what it met, and how long that took."""

    event_id: UUID
    outcome: Outcome
    milliseconds: int


def send_next(*, now: datetime | None = None) -> bool:
    """Send one due webhook; False when none is due. Those of a paused endpoint wait for it.

    The row is leased first and the lock released, so no transaction is open during the call; a
    process that dies while sending leaves a row that is sent again after the lease.
    """
    now = now or timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now + LEASE, now])
        row = cursor.fetchone()
    if row is None:
        return False
    delivery = WebhookDelivery.objects.select_related("endpoint", "event").get(pk=row[0])
    outcome = _attempt(delivery.endpoint, delivery.event, now=now)
    with transaction.atomic():
        _record(delivery, outcome, now=now)
    return True


def send_test(endpoint: WebhookEndpoint, *, now: datetime) -> Trial:
    """Send a signed event made for this once, and only once; nothing is written.

    The caller waits inside its transaction, so it is given up sooner than a delivery.
    """
    event = OutboxEvent(
        type=TEST_TYPE, source="/yunhe/events", time=now, data={"endpoint_id": endpoint.pk}
    )
    began = time.monotonic()
    outcome = _attempt(endpoint, event, now=now, within=TEST_TIMEOUT_S)
    return Trial(event.pk, outcome, round((time.monotonic() - began) * 1000))


def signed_headers(
    endpoint: WebhookEndpoint, event_id: str, body: bytes, *, now: datetime
) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` and one signature per valid secret."""
    secrets = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and endpoint.previous_until > now:
        secrets.append(endpoint.previous_secret)
    moment = now.astimezone(UTC)
    signatures = [Webhook(secret).sign(event_id, moment, body.decode()) for secret in secrets]
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "Yunhe-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _attempt(
    endpoint: WebhookEndpoint, event: OutboxEvent, *, now: datetime, within: float = TIMEOUT_S
) -> Outcome:
    body = cloud_event_json(event)
    try:
        headers = signed_headers(endpoint, str(event.pk), body, now=now)
        return Outcome(*post(check_address(endpoint.url), body, headers, within=within))
    except (OSError, http.client.HTTPException, DomainError, InvalidToken) as error:
        return Outcome(None, f"{type(error).__name__}: {error}")


def _record(delivery: WebhookDelivery, outcome: Outcome, *, now: datetime) -> None:
    delivery.status, delivery.answer = outcome.status, outcome.answer
    if outcome.delivered:
        delivery.state, delivery.finished_at = DeliveryState.DONE, now
    elif delivery.attempts > len(SCHEDULE) or outcome.status == GONE:
        delivery.state, delivery.finished_at = DeliveryState.DEAD, now
    else:
        delivery.next_at = now + SCHEDULE[delivery.attempts - 1]
    # not what was dropped or sent for meanwhile: the endpoint may have been deleted during the call
    WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING).update(
        state=delivery.state,
        status=delivery.status,
        answer=delivery.answer,
        next_at=delivery.next_at,
        finished_at=delivery.finished_at,
    )
    if outcome.status == GONE:
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(
            active=False, disabled_reason="410 Gone"
        )
