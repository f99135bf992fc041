"""Hand imports to the worker."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.intake.choices import Decision, State
from yunhe.platform.intake.errors import ImportBusy, NothingToDecide
from yunhe.platform.intake.jobs import create, replay, run
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.ownership import check_handling
from yunhe.platform.intake.permissions import REPLAY
from yunhe.platform.intake.quarantine import check_creation, discard_rows
from yunhe.platform.intake.queries import REPEATED, awaits_decision
from yunhe.platform.intake.services import cancel_import, decide_repeats, queue_import
from yunhe.platform.jobs.queueing import enqueue


def start_import(record: Import, *, actor: Principal, hold: bool | None = None) -> Import:
    """Queue the import and the job that runs it. Raises what `queue_import` raises."""
    record = queue_import(record, actor=actor, hold=hold)
    enqueue(run, key=str(record.pk), title=record.file_name, import_id=record.pk)
    return record


def start_decided(record: Import, decision: str, *, actor: Principal) -> Import:
    """Do with lines that look already reported what was decided, and go on with the others.

    To discard cancels the import while nothing of it is posted; of a finished one it gives up the
    rows that wait. Raises what `decide_repeats` raises.
    """
    if decision == Decision.DISCARD:
        return _give_up_repeats(record, actor=actor)
    record = decide_repeats(record, decision, actor=actor)
    if record.state == State.DONE:
        return start_replay(record, actor=actor)
    return start_import(record, actor=actor, hold=False)


def _give_up_repeats(record: Import, *, actor: Principal) -> Import:
    if not awaits_decision(record):
        raise NothingToDecide()
    if record.state == State.DONE:
        discard_rows(record, reason=REPEATED, actor=actor)
        return record
    return cancel_import(record, actor=actor)


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
