"""Put work on the queue, in the transaction of whoever asks, under any role."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from yunhe.platform.events.identity import new_id
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.registry import Job

TASK = "yunhe.run"
_ENQUEUE = "SELECT yunhe_enqueue(%s, %s, %s, %s, %s, %s::jsonb, %s, %s)"


def enqueue(
    job: Job, *, key: str = "", title: str = "", at: datetime | None = None, **arguments: Any
) -> JobRun:
    """Queue the job with JSON-able arguments; it starts after this transaction commits.

    Without a `title`, pages call the run by its job's, in the reader's language. With a `key`, a
    run of the same job and key that waits or runs is returned instead of a second one. `at` delays
    the start. One statement, and one to read the run.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ENQUEUE,
            [
                new_id(),
                job.name,
                job.queue,
                key,
                title,
                orjson.dumps(arguments, default=str).decode(),
                job.cancellable,
                at,
            ],
        )
        run_id: UUID = cursor.fetchone()[0]
    # a run that somebody else queued under the same key may be out of sight
    return JobRun.objects.filter(pk=run_id).first() or JobRun(pk=run_id, job=job.name)


def queue_run(run_id: UUID, *, queue: str, at: datetime | None = None) -> None:
    """Put an existing run on the queue again (retry, restart)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT yunhe_queue_run(%s, %s, %s)", [run_id, queue, at])
