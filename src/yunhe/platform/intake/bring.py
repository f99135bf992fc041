"""Bring a file in from the shell: register, map, run, create missing master data, report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.errors import NotFound
from yunhe.platform.intake.choices import DateOrder, Decision, State
from yunhe.platform.intake.declarations import import_type
from yunhe.platform.intake.errors import ImportBusy, MappingIncomplete, unknown_date_order
from yunhe.platform.intake.headers import positions_of
from yunhe.platform.intake.models import Import, MappingTemplate
from yunhe.platform.intake.quarantine import create_all_missing, replay_import
from yunhe.platform.intake.queries import (
    awaits_decision,
    grouped_reasons,
    repeats_of,
    waiting_for,
)
from yunhe.platform.intake.reasons import sentence
from yunhe.platform.intake.runner import run_import
from yunhe.platform.intake.services import (
    Registered,
    confirm_mapping,
    decide_repeats,
    queue_import,
    register_file,
    template_options,
)
from yunhe.platform.intake.transitions import RUNNING

Say = Callable[[str], None]


def silent(text: str) -> None:
    """For callers that do not listen."""


STOP = "stop"


@dataclass(frozen=True, kw_only=True)
class How:
    """How a file is brought in.

    Args:
        mapping: the name of a saved template, or a JSON file {field: column name}; default: the
            columns as recognised.
        save_as: keep the mapping and the options under this name for later files.
        create_master: create unknown records where the domain can, and replay the quarantine.
        duplicates: what to do with lines that look already reported: `skip`, `post`, or `stop` before
            anything is posted.
    """

    mapping: str | None = None
    save_as: str = ""
    create_master: bool = False
    duplicates: str = STOP


@dataclass(frozen=True, kw_only=True)
class Report:
    """What became of a file. Amounts are sums of the type's total column."""

    import_id: int
    state: str
    known: bool
    rows: int
    accepted: int
    duplicates: int
    quarantined: int
    amount: Decimal
    amount_accepted: Decimal
    amount_duplicates: Decimal
    amount_quarantined: Decimal
    mapping: Mapping[str, str] = field(default_factory=dict)
    created: Mapping[str, int] = field(default_factory=dict)
    reasons: Sequence[Mapping[str, Any]] = ()
    released: Mapping[str, int] = field(default_factory=dict)
    likely_repeats: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def asks(self) -> bool:
        """Whether lines look already reported and wait for a decision."""
        return self.likely_repeats.get("undecided", False)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`; amounts as decimal text."""
        return {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
        }

    def as_text(self) -> str:
        """For a person at a terminal."""
        if self.error:
            return self.error
        lines = [_("This file was received before.")] if self.known else []
        if self.state == State.ASKED:
            return "\n".join([*lines, *repeats_told(self.likely_repeats)])
        for label, rows, amount in (
            (_("rows"), self.rows, self.amount),
            (_("accepted"), self.accepted, self.amount_accepted),
            (_("duplicate"), self.duplicates, self.amount_duplicates),
            (_("quarantined"), self.quarantined, self.amount_quarantined),
        ):
            lines.append(f"{label:>14}  {rows:>12,}  {amount:>20,.2f}")
        lines += [f"{row['rows']:>12,} × {row['message']}" for row in self.reasons[:10]]
        lines += [
            _("%(rows)12s rows of %(file)s left the quarantine")
            % {"rows": f"{rows:,}", "file": name}
            for name, rows in self.released.items()
        ]
        if self.asks:
            lines += repeats_told(self.likely_repeats)
        return "\n".join(lines)


def repeats_told(found: Mapping[str, Any]) -> list[str]:
    """What looks already reported, by which files, and what can be done about it."""
    days = _("%(first)s to %(last)s")
    whole = {"rows": f"{found['rows']:,}", "amount": found["amount"], "days": days % found}
    lines = [_("%(rows)s rows (%(amount)s, %(days)s) look already reported:") % whole]
    lines += [
        f"{part['rows']:>12,}  {Decimal(part['amount']):>20,.2f}  {days % part}  {part['name']}"
        for part in found["files"]
    ]
    lines.append(
        _(
            "They are not posted. Run the command again with --duplicates skip to leave them out, or"
            " --duplicates post when they are new sales."
        )
    )
    return lines


def bring_file(
    path: Path,
    *,
    type_code: str,
    actor: Principal,
    now: datetime,
    node_id: int | None = None,
    options: Mapping[str, str] | None = None,
    how: How | None = None,
    say: Say = silent,
) -> Report:
    """Import a file in this process; the same file again changes nothing and reports the same.

    What waits in quarantine is checked again: this file's rows, and after a file of master data the
    rows of every file that may have waited for it.

    `node_id` is the sender, by default the actor's own node; `options` are the import type's (for
    sales `flow`, `currency`). Opens its own transactions. Raises FileRefused, MappingIncomplete.
    """
    how = how or How()
    registered = _register(path, type_code, node_id, how, actor=actor, now=now)
    record = registered.record
    if how.duplicates != STOP and awaits_decision(record):
        record = decide_repeats(record, how.duplicates, actor=actor)
    if record.state != State.DONE:
        record = _run(record, how, options or {}, actor=actor, now=now, say=say)
    created: dict[str, int] = {}
    waits = record.state == State.DONE and record.quarantined
    if waits and how.create_master:
        with transaction.atomic():
            created = create_all_missing(record, actor=actor, now=now)
        for code, count in created.items():
            say(f"{code}: +{count}")
    if waits and (how.create_master or registered.known):
        record = replay_import(record.pk, actor=actor, now=now, progress=_progress(say))
    released = _release_waiting(record, actor=actor, now=now, say=say)
    record.refresh_from_db()
    return _report(record, known=registered.known, created=created, released=released)


def _register(
    path: Path, type_code: str, node_id: int | None, how: How, *, actor: Principal, now: datetime
) -> Registered:
    """The file's import; sent by a node made for it where its sender sells to nobody itself."""
    with path.open("rb") as handle:
        register = partial(
            register_file, handle, name=path.name, type_code=type_code, actor=actor, now=now
        )
        registered = register(node_id=node_id)
        declared, record = import_type(type_code), registered.record
        if not how.create_master or not declared.create_sender or not declared.check:
            return registered
        try:
            declared.check(_mapped(record, how.mapping).columns, record.node_id)
        except MappingIncomplete:
            handle.seek(0)
            sender = declared.create_sender(node_id=record.node_id, actor=actor, now=now)
            record.delete()
            return register(node_id=sender)
        return registered


def _release_waiting(
    record: Import, *, actor: Principal, now: datetime, say: Say
) -> dict[str, int]:
    """Check again what may have waited for this master data; rows released by file name.

    A line may stand below one further down in the same file, so it goes on while rows are released.
    """
    released: dict[str, int] = {}
    pending = record.state == State.DONE and record.accepted > 0
    while pending:
        pending = False
        for waiting in waiting_for(import_type(record.type_code)):
            after = replay_import(waiting.pk, actor=actor, now=now, progress=_progress(say))
            if rows := waiting.quarantined - after.quarantined:
                released[waiting.file_name] = released.get(waiting.file_name, 0) + rows
                pending = pending or waiting.pk == record.pk
    return released


def _run(
    record: Import,
    how: How,
    options: Mapping[str, str],
    *,
    actor: Principal,
    now: datetime,
    say: Say,
) -> Import:
    if record.state in RUNNING:
        if any(record.options.get(name) != value for name, value in options.items()):
            raise ImportBusy(
                _(
                    "This file is continued with the options it was begun with; cancel it to change them."
                )
            )
    elif _is_open(record):
        mapped = _mapped(record, how.mapping)
        confirm_mapping(
            record,
            columns=mapped.columns,
            options={**mapped.options, **options},
            date_order=mapped.date_order,
            save_as=how.save_as,
            actor=actor,
            now=now,
        )
    if how.duplicates != STOP and not record.decision:
        record.decision = Decision(how.duplicates)
        record.save(update_fields=["decision"])
    queued = queue_import(record, actor=actor)
    return run_import(queued.pk, actor=actor, now=now, progress=_progress(say))


def _is_open(record: Import) -> bool:
    """Nothing is posted, and no decision was made on what the check found: columns may change."""
    if record.state == State.ASKED:
        return not record.decision
    return not (record.accepted or record.duplicates)


def bring_own(
    path: Path,
    *,
    type_code: str,
    node: str | None = None,
    options: Mapping[str, str] | None = None,
    how: How | None = None,
    say: Say = silent,
) -> Report:
    """`yunhe import <type> FILE`: as `bring_file`, under the system's own rights.

    `node` is the sender's code, by default headquarters. Raises NotFound for an unknown one.
    """
    actor = system_principal(f"yunhe import {type_code}")
    return bring_file(
        path,
        type_code=type_code,
        actor=actor,
        now=timezone.now(),
        node_id=_node_id(node),
        options=options,
        how=how,
        say=say,
    )


def _node_id(code: str | None) -> int | None:
    if code is None:
        return None
    found = Node.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(_("There is no node with the code “%(code)s”.") % {"code": code})
    return found


@dataclass(frozen=True)
class _Mapped:
    """Field -> position of its column, the type's options, the order of day and month."""

    columns: dict[str, int]
    options: Mapping[str, str]
    date_order: str = DateOrder.AUTO


def _mapped(record: Import, mapping: str | None) -> _Mapped:
    """From a JSON file, a template's name, or the stored proposal."""
    if mapping is None:
        return _stored(record.mapping, record.options)
    if (path := Path(mapping)).suffix == ".json" and path.exists():
        named = _read_mapping(path)
        order = named.pop("date_order", DateOrder.AUTO)
        if order not in DateOrder.values:
            raise unknown_date_order(order)
        return _Mapped(positions_of(named, record.columns), record.options, order)
    found = MappingTemplate.objects.filter(type_code=record.type_code, name=mapping)
    template = found.order_by("-named", "-changed_at").first()
    if template is None:
        raise MappingIncomplete(
            _("There is no saved mapping called “%(name)s”.") % {"name": mapping}
        )
    return _stored(template.mapping, template_options(template, import_type(record.type_code)))


def _stored(mapping: Mapping[str, Any], options: Mapping[str, str]) -> _Mapped:
    order = mapping.get("date_order", DateOrder.AUTO)
    return _Mapped(dict(mapping.get("columns", {})), options, order)


def _read_mapping(path: Path) -> dict[str, str]:
    """{field: column name} of a JSON file. Raises MappingIncomplete."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise MappingIncomplete(
            _("“%(name)s” must hold one JSON object {field: column name}.") % {"name": path.name},
            field="mapping",
        )
    return found


def _progress(say: Say) -> Callable[[int, int, str], None]:
    def report(done: int, total: int, message: str) -> None:
        say(f"{message}: {done:,} / {total:,}" if total else message)

    return report


def _report(
    record: Import, *, known: bool, created: Mapping[str, int], released: Mapping[str, int]
) -> Report:
    declared = import_type(record.type_code)
    columns = record.mapping.get("columns", {})
    reasons = [
        {
            **group,
            "amount": str(group["amount"] or 0),
            "message": sentence(declared, {**group, "code": group["reason"]}),
        }
        for group in grouped_reasons(record, limit=50)
    ]
    return Report(
        import_id=record.pk,
        state=record.state,
        known=known,
        rows=record.rows,
        accepted=record.accepted,
        duplicates=record.duplicates,
        quarantined=record.quarantined,
        amount=record.amount,
        amount_accepted=record.amount_accepted,
        amount_duplicates=record.amount_duplicates,
        amount_quarantined=record.amount_quarantined,
        mapping={name: record.columns[position] for name, position in columns.items()},
        created=created,
        reasons=reasons,
        released=released,
        likely_repeats=repeats_of(record),
        error=record.error.get("message", "") if record.state == State.FAILED else "",
    )
