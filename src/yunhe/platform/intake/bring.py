"""Bring a file in from the shell: register, map, run, create missing master data, report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.errors import NotFound
from yunhe.platform.intake.choices import DateOrder, State
from yunhe.platform.intake.declarations import import_type
from yunhe.platform.intake.errors import MappingIncomplete
from yunhe.platform.intake.headers import positions_of
from yunhe.platform.intake.models import Import, MappingTemplate
from yunhe.platform.intake.quarantine import create_missing, replay_import
from yunhe.platform.intake.queries import grouped_reasons
from yunhe.platform.intake.reasons import sentence
from yunhe.platform.intake.runner import run_import
from yunhe.platform.intake.services import confirm_mapping, queue_import, register_file

Say = Callable[[str], None]


def silent(text: str) -> None:
    """For callers that do not listen."""


@dataclass(frozen=True, kw_only=True)
class How:
    """How a file is brought in.

    Args:
        mapping: the name of a saved template, or a JSON file {field: column name}; default: the
            columns as recognised.
        create_master: create unknown records where the domain can, and replay the quarantine.
    """

    mapping: str | None = None
    create_master: bool = False


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
    error: str = ""

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
        for label, rows, amount in (
            (_("rows"), self.rows, self.amount),
            (_("accepted"), self.accepted, self.amount_accepted),
            (_("duplicate"), self.duplicates, self.amount_duplicates),
            (_("quarantined"), self.quarantined, self.amount_quarantined),
        ):
            lines.append(f"{label:>14}  {rows:>12,}  {amount:>20,.2f}")
        lines += [f"{row['rows']:>12,} × {row['message']}" for row in self.reasons[:10]]
        return "\n".join(lines)


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

    `node_id` is the sender, by default the actor's own node; `options` are the import type's (for
    sales `flow`, `currency`). Opens its own transactions. Raises FileRefused, MappingIncomplete.
    """
    how = how or How()
    with path.open("rb") as handle:
        registered = register_file(
            handle, name=path.name, type_code=type_code, actor=actor, now=now, node_id=node_id
        )
    record = registered.record
    if record.state != State.DONE:
        record = _run(record, how, options or {}, actor=actor, now=now, say=say)
    created: dict[str, int] = {}
    if how.create_master and record.state == State.DONE and record.quarantined:
        created = _create_all(record, actor=actor, now=now, say=say)
        record = replay_import(record.pk, actor=actor, now=now, progress=_progress(say))
    return _report(record, known=registered.known, created=created)


def _run(
    record: Import,
    how: How,
    options: Mapping[str, str],
    *,
    actor: Principal,
    now: datetime,
    say: Say,
) -> Import:
    if not (record.accepted or record.duplicates):
        columns, order = _columns(record, how.mapping)
        chosen = {**record.options, **options}
        confirm_mapping(
            record, columns=columns, options=chosen, date_order=order, actor=actor, now=now
        )
    queued = queue_import(record, actor=actor)
    return run_import(queued.pk, actor=actor, now=now, progress=_progress(say))


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


def _create_all(record: Import, *, actor: Principal, now: datetime, say: Say) -> dict[str, int]:
    created = {}
    for lookup in import_type(record.type_code).lookups:
        has_open = record.exceptions.filter(
            status="quarantined", reasons__contains=[{"code": lookup.code}]
        ).exists()
        if lookup.create is not None and has_open:
            created[lookup.code] = create_missing(record, reason=lookup.code, actor=actor, now=now)
            say(f"{lookup.code}: +{created[lookup.code]}")
    return created


def _columns(record: Import, mapping: str | None) -> tuple[dict[str, int], str]:
    """Field -> position, from a JSON file, a template's name, or the stored proposal."""
    if mapping is None:
        stored = record.mapping
    elif (path := Path(mapping)).suffix == ".json" and path.exists():
        named = json.loads(path.read_text(encoding="utf-8"))
        order = named.pop("date_order", DateOrder.AUTO)
        return positions_of(named, record.columns), order
    else:
        template = MappingTemplate.objects.filter(type_code=record.type_code, name=mapping).first()
        if template is None:
            raise MappingIncomplete(
                _("There is no saved mapping called “%(name)s”.") % {"name": mapping}
            )
        stored = template.mapping
    return dict(stored.get("columns", {})), stored.get("date_order", DateOrder.AUTO)


def _progress(say: Say) -> Callable[[int, int, str], None]:
    def report(done: int, total: int, message: str) -> None:
        say(f"{message}: {done:,} / {total:,}" if total else message)

    return report


def _report(record: Import, *, known: bool, created: Mapping[str, int]) -> Report:
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
        error=record.error.get("message", "") if record.state == State.FAILED else "",
    )
