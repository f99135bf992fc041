"""Hand imports to the worker."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.intake.choices import State
from yunhe.platform.intake.errors import ImportBusy
from yunhe.platform.intake.jobs import create, replay, run
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.ownership import check_handling
from yunhe.platform.intake.permissions import REPLAY
from yunhe.platform.intake.quarantine import check_creation
from yunhe.platform.intake.services import queue_import
from yunhe.platform.jobs.queueing import enqueue


def start_import(record: Import, *, actor: Principal, hold: bool | None = None) -> Import:
    """Queue the import and the job that runs it. Raises what `queue_import` raises."""
    record = queue_import(record, actor=actor, hold=hold)
    enqueue(run, key=str(record.pk), title=record.file_name, import_id=record.pk)
    return record


def start_creation(record: Import, *, actor: Principal) -> Import:
    """Let the worker create the missing master data and post what waited for it.

    After a check it posts the good rows first. Raises ImportBusy unless the import is checked or
    done, NotAllowed for who may not create such records.
    """
    if record.state not in (State.CHECKED, State.DONE):
        raise ImportBusy(_("Only a finished import has rows to release."))
    check_creation(record, actor=actor)
    if record.state == State.CHECKED:
        record = queue_import(record, actor=actor, hold=False)
    enqueue(create, key=str(record.pk), title=record.file_name, import_id=record.pk)
    return record


def start_replay(record: Import, *, actor: Principal) -> Import:
    """Let the worker check the quarantine again. Raises ImportBusy unless the import is done."""
    check_handling(record, actor, REPLAY)
    if record.state != State.DONE:
        raise ImportBusy(_("Only a finished import has rows to release."))
    enqueue(replay, key=str(record.pk), title=record.file_name, import_id=record.pk)
    return record
