"""Run one job: the single Procrastinate task of the house, and what it records."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import DomainError
from yunhe.platform.jobs.choices import RunState
from yunhe.platform.jobs.errors import JobCancelled
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.queueing import TASK, enqueue, queue_run
from yunhe.platform.jobs.registry import Job, all_jobs, job_named
from yunhe.platform.jobs.transitions import MOVES

logger = logging.getLogger(__name__)


@app.task(name=TASK)
def run_task(run: str) -> None:
    """Procrastinate's side of a run."""
    run_job(UUID(run))


@app.task(name="yunhe.periodic")
def queue_periodic(timestamp: int, name: str) -> None:
    """Queue a job whose time has come; one that still runs is not queued twice."""
    if job := job_named(name):
        enqueue(job, key=f"cron:{name}")


def schedule_periodic() -> None:
    """Tell Procrastinate of every job with a `cron` (called once by the worker)."""
    for job in all_jobs():
        if job.cron and (queue_periodic.name, job.name) not in app.periodic_registry.periodic_tasks:
            schedule = app.periodic(
                cron=job.cron, periodic_id=job.name, task_kwargs={"name": job.name}
            )
            schedule(queue_periodic)


def run_job(run_id: UUID) -> RunState:
    """Run a queued job to its end and record it. Raises what the job raises only to be retried."""
    run = JobRun.objects.select_related("user").get(pk=run_id)
    job = job_named(run.job)
    if run.finished:
        return RunState(run.state)
    if run.cancel_requested:
        return _finish(run, "cancel")
    if job is None:
        return _finish(run, "fail", error=f"no installed code runs {run.job}")
    return _perform(job, run)


def _perform(job: Job, run: JobRun) -> RunState:
    _start(run)
    progress = Progress(run)
    try:
        with _language(run):
            result = _call(job, run, progress)
    except JobCancelled:
        return _finish(run, "cancel", progress)
    except DomainError as error:
        return _finish(run, "fail", progress, error=str(error), result={"problems": error.rows})
    except Exception as error:
        logger.exception("job %s failed", run.job)
        if run.attempts <= job.retries:
            return _requeue(run, job)
        return _finish(run, "fail", progress, error=f"{type(error).__name__}: {error}")
    finally:
        progress.close()
    return _finish(run, "succeed", progress, result=result if isinstance(result, dict) else {})


def _call(job: Job, run: JobRun, progress: Progress) -> Any:
    if job.as_user:
        with scoped(run.user_id) as principal:
            return job.function(progress, actor=principal, **run.arguments)
    # inside a caller's transaction (tests, `drain`) a failing job is undone to a savepoint
    with _named(job.name), transaction.atomic() if connection.in_atomic_block else nullcontext():
        return job.function(progress, actor=system_principal(job.name), **run.arguments)


def _language(run: JobRun) -> Any:
    """What a run says of its progress is read by whoever started it."""
    return override(run.user.language) if run.user else nullcontext()


@contextmanager
def _named(actor: str) -> Iterator[None]:
    """The audit trail names the job; it opens its own transactions, so the session carries it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yunhe.actor', %s, false)", [actor])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('yunhe.actor', '', false)")


def _start(run: JobRun) -> None:
    run.state, run.started_at, run.attempts = RunState.RUNNING, timezone.now(), run.attempts + 1
    run.save(update_fields=["state", "started_at", "attempts"])


def _finish(
    run: JobRun,
    move: str,
    progress: Progress | None = None,
    *,
    error: str = "",
    result: dict[str, Any] | None = None,
) -> RunState:
    run.state = MOVES[move].target
    run.finished_at, run.error, run.result = timezone.now(), error, result or {}
    if progress:
        run.total, run.done, run.failed = progress.total, progress.done, progress.failed
        run.message = progress.message[:500]
    run.save(
        update_fields=[
            "state",
            "finished_at",
            "error",
            "result",
            "total",
            "done",
            "failed",
            "message",
        ]
    )
    return RunState(run.state)


def _requeue(run: JobRun, job: Job) -> RunState:
    """Put the same run on the queue once more, a little later each time."""
    run.state = RunState.QUEUED
    run.save(update_fields=["state"])
    delay = timedelta(seconds=10 * 2**run.attempts)
    queue_run(run.pk, queue=job.queue, at=timezone.now() + delay)
    return RunState.QUEUED
