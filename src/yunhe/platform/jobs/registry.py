"""Declare jobs: what they are called, under whose rights they run, when they run by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Job:
    """A declared job. Exactly one of `reason` (owner role) and `as_user` says whose rights it has."""

    name: str
    function: Callable[..., Any]
    title: str | Promise
    reason: str
    as_user: bool
    queue: str
    retries: int
    cancellable: bool
    cron: str


_jobs: dict[str, Job] = {}


def job(
    *,
    name: str,
    title: str | Promise = "",
    reason: str = "",
    as_user: bool = False,
    queue: str = "default",
    retries: int = 0,
    cancellable: bool = False,
    cron: str = "",
) -> Callable[[Callable[..., Any]], Job]:
    """Declare a background job; the function gets `(progress, *, actor, **arguments)`.

    Args:
        name: `<domain>.<what>`, stored with queued runs.
        title: what the progress page calls it.
        reason: why it needs the owner role, one sentence. Such a job opens its own transactions.
        as_user: run in one transaction under the scope of whoever enqueued it, as a request would.
        queue: jobs of one queue wait for each other only when all workers are busy.
        retries: further attempts after an unforeseen error; domain errors are final at once.
        cancellable: the function calls `progress.advance`, which stops it when cancelled.
        cron: minute hour day month weekday, in UTC; runs without arguments.

    A job is idempotent: after a crash or a restart it runs again with the same run.
    """
    if bool(reason) == as_user:
        raise ValueError(f"job {name}: give the reason for the owner role, or as_user=True")

    def register(function: Callable[..., Any]) -> Job:
        if name in _jobs and _jobs[name].function.__qualname__ != function.__qualname__:
            raise ValueError(f"job {name} is declared twice")
        _jobs[name] = Job(
            name, function, title or name, reason, as_user, queue, retries, cancellable, cron
        )
        return _jobs[name]

    return register


def all_jobs() -> list[Job]:
    """Every declared job, by name."""
    return [job for _, job in sorted(_jobs.items())]


def job_named(name: str) -> Job | None:
    return _jobs.get(name)
