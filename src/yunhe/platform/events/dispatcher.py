"""Bring events to their listeners: fan out once, then deliver each row alone, at least once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from yunhe.platform.access.principal import system_principal
from yunhe.platform.events.registry import event_types, handler_named, handlers_of

logger = logging.getLogger(__name__)
FAN_OUT_BATCH = 500
MAX_ATTEMPTS = 12
FIRST_BACKOFF_S = 2
LONGEST_BACKOFF_S = 3600
ERROR_LENGTH = 4000

_CLAIM_EVENTS = """
SELECT id, type, data FROM events_outboxevent WHERE dispatched_at IS NULL
 ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
_ADD_DELIVERIES = """
INSERT INTO events_delivery (event_id, event_type, handler, state, attempts, next_at, error)
SELECT d.event_id, d.event_type, d.handler, 'pending', 0, now(), ''
  FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS d (event_id, event_type, handler)
ON CONFLICT (event_id, handler) DO NOTHING
"""
_ADD_WEBHOOKS = r"""
INSERT INTO events_webhookdelivery
       (id, node_id, endpoint_id, event_id, event_type, state, attempts, next_at, answer)
SELECT gen_random_uuid(), e.node_id, e.id, o.id, o.type, 'pending', 0, now(), ''
  FROM events_outboxevent o
  JOIN events_webhookendpoint e ON e.active
  JOIN access_node place ON place.id = e.node_id
  LEFT JOIN access_node n ON n.id = o.node_id
 WHERE o.id = ANY(%s)
   AND CASE WHEN n.id IS NULL THEN place.parent_id IS NULL ELSE n.path <@ place.path END
   AND (cardinality(e.event_types) = 0 OR EXISTS (
        SELECT 1 FROM unnest(e.event_types) wanted
         WHERE o.type LIKE replace(replace(wanted, '_', '\_'), '*', '%%')))
ON CONFLICT (endpoint_id, event_id) DO NOTHING
"""
_MARK_DISPATCHED = "UPDATE events_outboxevent SET dispatched_at = now() WHERE id = ANY(%s)"
_CLAIM_DELIVERY = """
SELECT d.id, d.handler, d.event_type, d.attempts, o.data
  FROM events_delivery d JOIN events_outboxevent o ON o.id = d.event_id
 WHERE d.state = 'pending' AND d.next_at <= %s
 ORDER BY d.next_at, d.id LIMIT 1 FOR NO KEY UPDATE OF d SKIP LOCKED
"""


@dataclass(frozen=True)
class Claim:
    """A delivery row that this transaction holds."""

    delivery_id: int
    handler: str
    event_type: str
    attempts: int
    data: dict[str, Any]


def fan_out() -> int:
    """Turn waiting events into one row per listener that wants them and per webhook; how many were taken."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM_EVENTS, [FAN_OUT_BATCH])
        events = cursor.fetchall()
        if not events:
            return 0
        ids = [event_id for event_id, _kind, _data in events]
        heard = {kind: handlers_of(kind) for kind in {kind for _id, kind, _data in events}}
        rows = [
            (event_id, kind, handler.name)
            for event_id, kind, data in events
            for handler in heard[kind]
            if handler.hears(_loaded(data))
        ]
        if rows:
            cursor.execute(_ADD_DELIVERIES, [list(column) for column in zip(*rows, strict=True)])
        cursor.execute(_ADD_WEBHOOKS, [ids])
        cursor.execute(_MARK_DISPATCHED, [ids])
        return len(ids)


def deliver_next(*, now: datetime | None = None) -> bool:
    """Run one due delivery in its own transaction; False when none is due.

    A failing handler is undone to its savepoint; its row waits 2, 4, 8 … 3600 seconds and is given
    up after twelve attempts (a dead letter, which a person may replay).
    """
    now = now or timezone.now()
    with transaction.atomic():
        claim = _claim(now)
        if claim is None:
            return False
        try:
            with transaction.atomic():
                _run(claim)
        except Exception as error:
            logger.exception("handler %s failed on %s", claim.handler, claim.event_type)
            _record_failure(claim, error, now=now)
        else:
            _update(claim, state="done", next_at=now, finished_at=now, error="")
    return True


def dispatch_all(*, now: datetime | None = None, limit: int = 100_000) -> int:
    """Fan out and deliver until nothing is due; how many deliveries ran (tests, demo, catch-up)."""
    ran = 0
    while ran < limit:
        if deliver_next(now=now):
            ran += 1
        elif not fan_out():
            break
    return ran


def backoff(attempts: int) -> timedelta:
    """How long to wait after the n-th failed attempt (1-based)."""
    return timedelta(seconds=min(FIRST_BACKOFF_S * 2 ** (attempts - 1), LONGEST_BACKOFF_S))


def _claim(now: datetime) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_DELIVERY, [now])
        row = cursor.fetchone()
    if row is None:
        return None
    delivery_id, handler, event_type, attempts, data = row
    return Claim(delivery_id, handler, event_type, attempts, _loaded(data))


def _loaded(data: Any) -> dict[str, Any]:
    return orjson.loads(data) if isinstance(data, str) else data


def _run(claim: Claim) -> None:
    handler = handler_named(claim.handler)
    if handler is None:
        raise LookupError(f"no installed code listens as {claim.handler}")
    event = event_types()[claim.event_type].from_data(claim.data)
    handler.function(event, actor=system_principal(claim.handler))


def _record_failure(claim: Claim, error: Exception, *, now: datetime) -> None:
    attempts = claim.attempts + 1
    text = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    if attempts >= MAX_ATTEMPTS:
        _update(claim, state="dead", next_at=now, finished_at=now, error=text)
    else:
        next_at = now + backoff(attempts)
        _update(claim, state="pending", next_at=next_at, finished_at=None, error=text)


def _update(
    claim: Claim, *, state: str, next_at: datetime, finished_at: datetime | None, error: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_delivery SET attempts = attempts + 1, state = %s, next_at = %s,"
            " finished_at = %s, error = %s WHERE id = %s",
            [state, next_at, finished_at, error, claim.delivery_id],
        )
