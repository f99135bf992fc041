"""Use cases of intake: receive a file, confirm its mapping, queue, cancel, start over."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.intake.choices import DateOrder, Decision, State
from yunhe.platform.intake.declarations import ImportType, import_type
from yunhe.platform.intake.errors import (
    DecisionNeeded,
    ImportBusy,
    MappingIncomplete,
    NothingToDecide,
    OptionInvalid,
    being_worked_on,
    missing_columns,
)
from yunhe.platform.intake.filestore import keep_file, local_file
from yunhe.platform.intake.headers import fingerprint, propose_columns
from yunhe.platform.intake.locks import is_held, keep_free
from yunhe.platform.intake.models import Import, MappingTemplate
from yunhe.platform.intake.ownership import check_handling, check_reserved
from yunhe.platform.intake.queries import awaits_decision, template_for
from yunhe.platform.intake.reading.probe import probe
from yunhe.platform.intake.transitions import RUNNING, may_move
from yunhe.platform.intake.workdirs import workdir


@dataclass(frozen=True)
class Registered:
    """The import of a file; `known` when the same bytes were sent before."""

    record: Import
    known: bool


def register_file(
    handle: BinaryIO,
    *,
    name: str,
    type_code: str,
    actor: Principal,
    now: datetime,
    node_id: int | None = None,
) -> Registered:
    """Keep the file, tell what it is, propose a mapping. The same file again is the same import.

    `node_id` is the sender, by default the actor's own node. Raises FileRefused with what is wrong
    with the file, UnknownImportType, NotAllowed.
    """
    declared = import_type(type_code)
    actor.check(declared.permission)
    sender = _sender(node_id, actor)
    received = keep_file(handle)
    same = {"node_id": sender, "type_code": type_code, "sha256": received.sha256}
    if known := Import.objects.filter(**same).first():
        return Registered(known, True)
    with workdir() as folder, local_file(received.stored_as, folder) as path:
        found = probe(path, name, declared)
    mapping, options = _proposal(sender, declared, found.columns)
    record, created = Import.objects.get_or_create(
        **same,
        defaults={
            "file_name": name[-200:],
            "size": received.size,
            "stored_as": received.stored_as,
            "format": found.format,
            "shape": {**found.shape, "preview": found.preview},
            "columns": found.columns,
            "mapping": mapping,
            "options": options,
            "created_by_id": actor.user_id,
            "whole_tree": actor.system,
            "created_at": now,
        },
    )
    return Registered(record, not created)


def _sender(node_id: int | None, actor: Principal) -> int:
    sender = node_id or actor.home_id
    if sender is None and actor.system:
        sender = Node.objects.filter(parent__isnull=True).values_list("id", flat=True).first()
    if sender is None or not Node.objects.filter(pk=sender).exists():
        raise NotAllowed()
    return sender


def _proposal(
    node_id: int, declared: ImportType, columns: list[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    template = template_for(node_id, declared.code, fingerprint(columns))
    if template is not None:
        saved_as = template.name if template.named else ""
        told = {**template.mapping, "template": template.name, "saved_as": saved_as}
        return told, template_options(template, declared)
    proposed = propose_columns(columns, declared)
    return {"columns": proposed, "date_order": DateOrder.AUTO}, declared.chosen({})


def template_options(template: MappingTemplate, declared: ImportType) -> dict[str, str]:
    """What a named mapping says beside the columns; the defaults where it has no name."""
    if template.named:
        with suppress(OptionInvalid):  # saved for options that are no longer declared so
            return declared.chosen(template.options)
    return declared.chosen({})


def confirm_mapping(
    record: Import,
    *,
    columns: Mapping[str, int],
    options: Mapping[str, Any],
    date_order: str = DateOrder.AUTO,
    save_as: str = "",
    actor: Principal,
    now: datetime,
) -> Import:
    """Check and store the mapping; it becomes the template for the sender's next such file.

    The columns always do; the options only under a name (`save_as`), else they are this file's own.
    Raises MappingIncomplete naming the missing fields or the column used twice, OptionReserved for
    an option that is not the actor's, OptionInvalid, ImportBusy when rows were already posted.
    """
    declared = import_type(record.type_code)
    check_handling(record, actor, declared.permission)
    if record.accepted or record.duplicates:
        raise ImportBusy(_("Rows of this file were already posted; its mapping stands."))
    if record.state in RUNNING:
        raise ImportBusy(
            _(
                "This import is on its way or was interrupted; cancel it before you change its columns."
            )
        )
    check_mapping(declared, columns, width=len(record.columns), node_id=record.node_id)
    chosen = declared.chosen(options)
    check_reserved(declared, chosen, actor)
    record.mapping = {"columns": dict(columns), "date_order": str(DateOrder(date_order))}
    record.options = chosen
    record.state, record.decision, record.likely_repeats = State.REGISTERED, "", {}
    record.save(update_fields=["mapping", "options", "state", "decision", "likely_repeats"])
    _remember(record, save_as.strip(), now=now)
    return record


def _remember(record: Import, name: str, *, now: datetime) -> None:
    changes: dict[str, Any] = {"mapping": record.mapping, "changed_at": now}
    if name:
        changes |= {"name": name, "named": True, "options": record.options}
    MappingTemplate.objects.update_or_create(
        node_id=record.node_id,
        type_code=record.type_code,
        fingerprint=fingerprint(record.columns),
        defaults=changes,
        create_defaults={"name": record.file_name[:120], **changes},
    )


def check_mapping(
    declared: ImportType, columns: Mapping[str, int], *, width: int, node_id: int
) -> None:
    """Raises MappingIncomplete, or what the type's own check raises."""
    known = {field.name for field in declared.fields}
    if unknown := [name for name in columns if name not in known]:
        raise MappingIncomplete(
            _("There is no field “%(name)s”.") % {"name": unknown[0]}, field="mapping"
        )
    if any(not 0 <= position < width for position in columns.values()):
        raise MappingIncomplete(_("A field is mapped to a column that the file does not have."))
    if len(set(columns.values())) < len(columns):
        raise MappingIncomplete(
            _("A column is mapped to two fields; choose one of them."), code="intake.column_twice"
        )
    groups = [(field.name,) for field in declared.fields if field.required]
    lacking = [
        group
        for group in (*groups, *declared.requires)
        if not any(name in columns for name in group)
    ]
    if lacking:
        either = str(_(" or "))
        raise missing_columns(
            [either.join(str(declared.label_of(name)) for name in group) for group in lacking]
        )
    if declared.check is not None:
        declared.check(columns, node_id)


def queue_import(record: Import, *, actor: Principal, hold: bool | None = None) -> Import:
    """Let the worker take the import: first time, again after a failure, or on after a check.

    With `hold` it stops after the check and waits. The mapping is checked once more. Raises
    ImportBusy when the import's state does not allow it or a process is at it, DecisionNeeded,
    MappingIncomplete.
    """
    declared = import_type(record.type_code)
    check_handling(record, actor, declared.permission)
    columns = record.mapping.get("columns", {})
    check_mapping(declared, columns, width=len(record.columns), node_id=record.node_id)
    again = record.state in RUNNING
    if again and is_held(record.pk):
        raise being_worked_on()
    if not again and not may_move(record.state, State.QUEUED):
        raise ImportBusy(_("This import is finished; its receipt is below."))
    if record.state == State.ASKED and not record.decision:
        raise DecisionNeeded()
    waited = record.state in (State.CHECKED, State.ASKED)
    hold = record.hold and not waited if hold is None else hold
    updated = Import.objects.filter(pk=record.pk, state=record.state).update(
        state=State.QUEUED, hold=hold, cancel_requested=False, error={}
    )
    if not updated:
        raise ImportBusy(_("Somebody else just changed this import. Look again."))
    record.refresh_from_db()
    return record


def decide_repeats(record: Import, decision: str, *, actor: Principal) -> Import:
    """Note what is done with lines that look already reported: leave them out, or post all.

    It holds for the rest of the import, rows released later included. Queues nothing. Raises
    NothingToDecide when no line waits for it, ImportBusy.
    """
    check_handling(record, actor, import_type(record.type_code).permission)
    if not awaits_decision(record):
        raise NothingToDecide()
    waiting = Import.objects.filter(pk=record.pk, state=record.state)
    if not waiting.update(decision=Decision(decision)):
        raise ImportBusy(_("Somebody else just changed this import. Look again."))
    record.refresh_from_db()
    return record


def cancel_import(record: Import, *, actor: Principal) -> Import:
    """Stop before the next batch, at once where no process is at it (it waits, or was killed).

    Posted rows stay; the rest can be continued at any time.
    """
    check_handling(record, actor, import_type(record.type_code).permission)
    found = Import.objects.filter(pk=record.pk)
    if record.state in RUNNING and not keep_free(record.pk):
        found.update(cancel_requested=True)
    elif may_move(record.state, State.CANCELLED):
        found.filter(state=record.state).update(state=State.CANCELLED, cancel_requested=False)
    else:
        raise ImportBusy(_("There is nothing to cancel: the import is finished."))
    record.refresh_from_db()
    return record


def reopen_import(record: Import, *, actor: Principal) -> Import:
    """Choose the mapping anew, as long as no row was posted; the quarantine is emptied.

    Raises ImportBusy otherwise.
    """
    check_handling(record, actor, import_type(record.type_code).permission)
    if record.accepted or not may_move(record.state, State.REGISTERED):
        raise ImportBusy(_("Rows of this file were already posted; its mapping stands."))
    record.exceptions.all().delete()
    counts = dict.fromkeys(("rows", "staged", "posted_through", "duplicates", "quarantined"), 0)
    amounts = dict.fromkeys(("amount", "amount_duplicates", "amount_quarantined"), 0)
    Import.objects.filter(pk=record.pk).update(
        state=State.REGISTERED,
        started_at=None,
        finished_at=None,
        error={},
        decision="",
        likely_repeats={},
        **counts,
        **amounts,
    )
    record.refresh_from_db()
    return record
