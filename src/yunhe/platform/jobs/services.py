"""Cancel and restart background work."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.choices import RunState
from yunhe.platform.jobs.errors import NotRestartable
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.permissions import CHANGE
from yunhe.platform.jobs.queueing import queue_run
from yunhe.platform.jobs.registry import job_named
from yunhe.platform.jobs.transitions import MOVES


def cancel_run(run: JobRun, *, actor: Principal, now: datetime) -> JobRun:
    """Stop the run: at once while it waits, at its next progress report while it runs."""
    run = _lock_for(run, "cancel", actor=actor)
    if run.state == RunState.RUNNING and not run.cancellable:
        raise NotRestartable(_("This job cannot be stopped half-way; it will finish by itself."))
    run.cancel_requested = True
    if run.state == RunState.QUEUED:
        run.state, run.finished_at = RunState.CANCELLED, now
    run.save(update_fields=["cancel_requested", "state", "finished_at"])
    return run


def restart_run(run: JobRun, *, actor: Principal) -> JobRun:
    """Queue a failed or cancelled run again; it goes on where it can (jobs are idempotent)."""
    run = _lock_for(run, "restart", actor=actor)
    job = job_named(run.job)
    if job is None:
        raise NotRestartable(_("The program that ran this job is no longer installed."))
    run.state, run.cancel_requested, run.error = RunState.QUEUED, False, ""
    run.finished_at, run.attempts = None, 0
    run.save(update_fields=["state", "cancel_requested", "error", "finished_at", "attempts"])
    queue_run(run.pk, queue=job.queue)
    return run


def _lock_for(run: JobRun, move: str, *, actor: Principal) -> JobRun:
    if run.user_id != actor.user_id:
        actor.check(CHANGE)
    locked = JobRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    MOVES.check(locked.state, move)
    return locked
