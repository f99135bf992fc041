"""Housekeeping jobs of the ground floor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.retention import prune_events
from yunhe.platform.jobs.choices import FINISHED
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job

KEEP = timedelta(days=90)
STALLED_AFTER_S = 60
UNATTENDED_AFTER_S = 3600
"""A job without a worker row: `drain` runs it, or its worker was removed."""


@job(
    name="jobs.prune",
    title=_("Remove old events and job records"),
    reason="it removes rows of every user and node",
    cron="17 19 * * *",
)
def prune(progress: Progress, *, actor: Principal) -> dict[str, Any]:
    """Remove what finished more than 90 days ago."""
    before = timezone.now() - KEEP
    with transaction.atomic():
        events = prune_events(before)
        runs, _models = JobRun.objects.filter(state__in=FINISHED, finished_at__lt=before).delete()
    return {"events": events, "runs": runs}


def retry_stalled() -> int:
    """Queue again what a killed worker left behind; how many jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL)"
            " FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id"
            " WHERE j.status = 'doing' AND coalesce(w.last_heartbeat < now() - make_interval(secs => %s), ("
            "  SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)"
            "   < now() - make_interval(secs => %s))",
            [STALLED_AFTER_S, UNATTENDED_AFTER_S],
        )
        return int(cursor.rowcount)
