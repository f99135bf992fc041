"""Background work over the API: how far it is, stop it, start it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.errors import NotFound
from yunhe.platform.jobs import permissions, services
from yunhe.platform.jobs.choices import RunState
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queries import list_runs
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["jobs"])


class RunQuery(PageQuery):
    state: RunState | None = None


class RunOut(Schema):
    """A run; `total` is empty while nobody knows how much there is to do."""

    id: UUID
    job: str
    title: str
    state: RunState
    total: int | None
    done: int
    failed: int
    message: str
    error: str
    result: dict[str, Any]
    cancellable: bool
    cancel_requested: bool
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@router.get("/", response=Page[RunOut], summary="One's own runs, newest first; all at headquarters")
def get_runs(request: HttpRequest, asked: Query[RunQuery]) -> Any:
    principal_of(request).check(permissions.VIEW)
    rows = list_runs()
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    return paginate(rows, asked, show=_shown)


@router.get("/{uuid:run_id}", response=RunOut, summary="State and progress of a run")
def get_run(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    principal_of(request).check(permissions.VIEW)
    return _shown(_found(run_id))


@router.post("/{uuid:run_id}/cancel", response=RunOut, summary="Stop a run")
def post_cancel(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    """At once while it waits, at its next report while it runs."""
    actor = principal_of(request)
    return _shown(services.cancel_run(_found(run_id), actor=actor, now=timezone.now()))


@router.post("/{uuid:run_id}/restart", response=RunOut, summary="Start a failed run again")
def post_restart(request: HttpRequest, run_id: UUID) -> dict[str, Any]:
    actor = principal_of(request)
    return _shown(services.restart_run(_found(run_id), actor=actor))


def _found(run_id: UUID) -> JobRun:
    run = list_runs().filter(pk=run_id).first()
    if run is None:
        raise NotFound()
    return run


def _shown(run: JobRun) -> dict[str, Any]:
    """Title and message as pages show them: the job's own title where the run has none."""
    found = {name: getattr(run, name) for name in RunOut.model_fields}
    return found | {"title": str(run), "message": run.told}
