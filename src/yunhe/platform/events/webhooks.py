"""Send events to other systems after the Standard Webhooks specification 1.0."""

from __future__ import annotations

import http.client
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from yunhe.platform.errors import DomainError
from yunhe.platform.events.addresses import check_address, post
from yunhe.platform.events.choices import DeliveryState
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
 WHERE id = (SELECT id FROM events_webhookdelivery WHERE state = 'pending' AND next_at <= %s
              ORDER BY next_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True)
class Outcome:
    """What an attempt met: the HTTP status (None: no connection) and the beginning of the answer."""

    status: int | None
    answer: str

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_next(*, now: datetime | None = None) -> bool:
    """Send one due webhook; False when none is due.

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


def _attempt(endpoint: WebhookEndpoint, event: OutboxEvent, *, now: datetime) -> Outcome:
    body = cloud_event_json(event)
    try:
        headers = signed_headers(endpoint, str(event.pk), body, now=now)
        return Outcome(*post(check_address(endpoint.url), body, headers))
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
    delivery.save(update_fields=["state", "status", "answer", "next_at", "finished_at"])
    if outcome.status == GONE:
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(
            active=False, disabled_reason="410 Gone"
        )
