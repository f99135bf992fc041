"""Imports in the background."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.registry import listen
from yunhe.platform.intake.choices import State
from yunhe.platform.intake.declarations import import_type
from yunhe.platform.intake.events import ImportFinished
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.quarantine import create_all_missing, replay_import
from yunhe.platform.intake.queries import waiting_for
from yunhe.platform.intake.runner import run_import
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.registry import job

_REASON = (
    "staging tables are out of reach of the restricted roles; rows are held to the sender's nodes"
)


@job(name="intake.run", title=_("Import a file"), reason=_REASON)
def run(progress: Progress, *, actor: Principal, import_id: int) -> dict[str, Any]:
    """Check and post an import; taken up again where it stood after a crash.

    One that was cancelled while it waited is left alone.
    """
    if Import.objects.filter(pk=import_id, state=State.CANCELLED).exists():
        return {"import_id": import_id, "state": State.CANCELLED}
    record = run_import(import_id, actor=actor, now=timezone.now(), progress=_reporter(progress))
    return {"import_id": record.pk, "state": record.state, "accepted": record.accepted}


@job(name="intake.replay", title=_("Release quarantined rows"), reason=_REASON)
def replay(progress: Progress, *, actor: Principal, import_id: int) -> dict[str, Any]:
    """Check an import's quarantine again and post what is good now."""
    record = replay_import(import_id, actor=actor, now=timezone.now(), progress=_reporter(progress))
    return {"import_id": record.pk, "quarantined": record.quarantined}


@job(name="intake.create", title=_("Create missing records"), reason=_REASON)
def create(progress: Progress, *, actor: Principal, import_id: int) -> dict[str, Any]:
    """Create the stores and products that rows wait for, named as in the file; post the rows."""
    now = timezone.now()
    record = Import.objects.get(pk=import_id)
    if record.state != State.DONE:
        record = run_import(import_id, actor=actor, now=now, progress=_reporter(progress))
    if record.state != State.DONE:
        return {"import_id": record.pk, "state": record.state}
    with transaction.atomic():
        created = create_all_missing(record, actor=actor, now=now)
    record = replay_import(import_id, actor=actor, now=now, progress=_reporter(progress))
    return {"import_id": record.pk, "created": created, "quarantined": record.quarantined}


@listen(ImportFinished)
def release_waiting(event: ImportFinished, *, actor: Principal) -> None:
    """Master data came in: rows that waited for it are checked again by themselves."""
    if event.accepted:
        for record in waiting_for(import_type(event.type_code)):
            enqueue(replay, key=str(record.pk), title=record.file_name, import_id=record.pk)


def _reporter(progress: Progress) -> Any:
    def report(done: int, total: int, message: str) -> None:
        progress.total, progress.done, progress.message = total, done, message
        progress.report()

    return report
