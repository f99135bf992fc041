"""Write events in the transaction of the change they tell of."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection

from yunhe.platform.database.prepared import prepared_cursor
from yunhe.platform.events.identity import new_id
from yunhe.platform.events.registry import Event

CHANNEL = "yunhe_events"
WAKE_INTERVAL_S = 0.25

_INSERT = """
INSERT INTO events_outboxevent (id, type, source, subject, node_id, actor_id, time, data)
SELECT e.id, e.type, e.source, e.subject, e.node_id, yunhe_user(), clock_timestamp(), e.data
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::jsonb[])
       AS e (id, type, source, subject, node_id, data)
"""
_INSERT_AND_WAKE = f"WITH written AS ({_INSERT}) SELECT pg_notify('{CHANNEL}', '')"


@dataclass(frozen=True)
class Emission:
    """An event with the node it concerns (whose webhooks hear it) and its subject, e.g. a number."""

    event: Event
    node_id: int | None = None
    subject: str = ""


def emit(event: Event, *, node_id: int | None = None, subject: str = "") -> None:
    """Write one event to the outbox. One statement; commits or vanishes with the transaction."""
    emit_all([Emission(event, node_id, subject)])


def emit_all(emissions: Iterable[Emission]) -> None:
    """Write any number of events in one statement. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event commits together with its change: open a transaction first")
    rows = [_row(emission) for emission in emissions]
    if not rows:
        return
    statement = _INSERT_AND_WAKE if _may_wake() else _INSERT
    with prepared_cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _row(emission: Emission) -> tuple[Any, ...]:
    event = emission.event
    domain = event.type.split(".")[1]
    data = orjson.dumps(event.to_data()).decode()
    return (new_id(), event.type, f"/yunhe/{domain}", emission.subject, emission.node_id, data)


class _Waker:
    last = 0.0


def _may_wake() -> bool:
    """Notify at most four times a second from one process.

    NOTIFY makes PostgreSQL commit one transaction at a time; the dispatcher keeps looking for a
    second after it was woken, so nothing waits longer for the omitted calls.
    """
    now = time.monotonic()
    if now - _Waker.last < WAKE_INTERVAL_S:
        return False
    _Waker.last = now
    return True
