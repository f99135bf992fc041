# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""Run an import from file to facts, in batches, so that a killed process loses nothing.

    file → DuckDB: type, look up, check → one transaction: staging table + quarantine + counts
         → lines without a key: reported before? then a person decides
         → batches: `post` + checkpoint, one transaction each → done

A run that died is simply run again: before the staging transaction it starts over, after it the
batches continue at the checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError
from yunhe.platform.events.outbox import emit
from yunhe.platform.intake import staging
from yunhe.platform.intake.checking import Checked, CheckPlan, check_rows
from yunhe.platform.intake.choices import DateOrder, Decision, State
from yunhe.platform.intake.declarations import Batch, ImportType, import_type
from yunhe.platform.intake.errors import ImportBusy
from yunhe.platform.intake.events import ImportFinished
from yunhe.platform.intake.filestore import local_file
from yunhe.platform.intake.locks import TURNS, hold_import, hold_turn
from yunhe.platform.intake.models import Import, mapped_columns
from yunhe.platform.intake.progress import Progress, silent
from yunhe.platform.intake.queries import aliases_for, reach_of
from yunhe.platform.intake.reading.load import load
from yunhe.platform.intake.repeats import (
    describe_repeats,
    leave_out,
    look_for_repeats,
    may_repeat,
)
from yunhe.platform.intake.telling import tell_failure, tell_question, tell_sender
from yunhe.platform.intake.transitions import RUNNING
from yunhe.platform.intake.workdirs import engine, workdir

BATCH_ROWS = 100_000


def run_import(
    import_id: int, *, actor: Principal, now: datetime, progress: Progress = silent
) -> Import:
    """Check and post a queued import, or take up one that was interrupted. Opens its own
    transactions, so it belongs into a job or a command, never into a request.

    Returns the import: DONE, CHECKED (when it is to hold after the check), ASKED (lines look already
    reported and nobody decided), CANCELLED, or FAILED with the reason in `error`. Raises ImportBusy
    when another process has it or it is not queued.
    """
    with hold_import(import_id):
        record = Import.objects.get(pk=import_id)
        if record.state not in RUNNING:
            raise ImportBusy(_("This import is not queued."))
        declared = import_type(record.type_code)
        try:
            if _needs_check(record):
                _check(record, declared, now=now, progress=progress)
            with in_turn(record, declared, staging.staging_table(record.pk)):
                if not _asks(record, declared, now=now) and record.state != State.CHECKED:
                    _post_all(record, declared, actor=actor, now=now, progress=progress)
        except DomainError as error:
            _fail(record, error)
        except Exception:
            fault = _("Something failed on our side. What was posted stays; continue the import.")
            _fail(record, DomainError(fault, code="intake.fault"))
            raise
        return record


def _needs_check(record: Import) -> bool:
    """Also when the server crashed and took the unlogged staging table with it."""
    if record.started_at is None or record.state == State.CHECKING:
        return True
    return staging.staged_rows(staging.staging_table(record.pk)) != record.staged


def in_turn(record: Import, declared: ImportType, table: str) -> AbstractContextManager[None]:
    """One file at a time about a partner that is compared with what was posted before, whoever sends it.

    Files all of whose rows have keys are compared with nothing, but others with them.
    """
    if declared.find_repeats is None:
        return nullcontext()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT DISTINCT (hashtextextended(%s || node, 0) & {TURNS - 1})::integer
                  FROM (SELECT DISTINCT coalesce({declared.whose}, %s) AS node FROM {table}) AS about""",
            [f"{record.type_code}:", record.node_id],
        )
        turns = [row[0] for row in cursor.fetchall()]
    return hold_turn(turns, shared=not may_repeat(record, declared))


def _asks(record: Import, declared: ImportType, *, now: datetime) -> bool:
    """Before the first batch: ask a person about lines that look already reported, or leave them out."""
    if record.posted_through or record.decision == Decision.POST:
        return False
    if not may_repeat(record, declared):
        return False
    table = staging.staging_table(record.pk)
    with transaction.atomic():
        notable = look_for_repeats(record, declared, table)
        if record.decision == Decision.SKIP:
            if record.state != State.CHECKED:
                leave_out_repeats(record, declared, table)
            return False
        if notable:
            _move(record, State.ASKED, likely_repeats=describe_repeats(declared, table))
            tell_question(record, now=now)
        return notable


def leave_out_repeats(record: Import, declared: ImportType, table: str) -> None:
    """What was found is no longer staged; it counts as duplicate."""
    rows, amount = leave_out(record, declared, table)
    Import.objects.filter(pk=record.pk).update(
        staged=F("staged") - rows,
        duplicates=F("duplicates") + rows,
        amount_duplicates=F("amount_duplicates") + amount,
    )
    record.refresh_from_db()


def _check(record: Import, declared: ImportType, *, now: datetime, progress: Progress) -> None:
    _move(record, State.CHECKING, started_at=record.started_at or now)
    progress(0, record.rows, _("Reading and checking the file"))
    with workdir() as folder, engine(folder) as duck, local_file(record.stored_as, folder) as path:
        load(
            duck,
            path,
            kind=record.format,
            shape=record.shape,
            width=len(record.columns),
            workdir=folder,
            name=record.file_name,
        )
        checked = check_loaded(duck, record, declared, now=now, folder=folder)
        progress(0, checked.rows, _("Writing to the staging table"))
        with transaction.atomic():
            _stage(record, checked)


def check_loaded(
    duck: duckdb.DuckDBPyConnection,
    record: Import,
    declared: ImportType,
    *,
    now: datetime,
    folder: Path,
) -> Checked:
    """Check the rows in `raw` against the master data and aliases of this moment."""
    aliases = aliases_for(record.node_id, declared)
    staging.load_lookups(duck, declared, reach_of(record, declared), folder)
    staging.load_aliases(duck, aliases)
    plan = CheckPlan(
        declared=declared,
        columns=mapped_columns(record.mapping),
        headers=record.columns,
        file_mark=record.sha256[:16],
        today=timezone.localdate(now),
        date_order=DateOrder(record.mapping.get("date_order", DateOrder.AUTO)),
        aliased=frozenset(aliases),
    )
    return check_rows(duck, plan, folder)


def _stage(record: Import, checked: Checked) -> None:
    """Staging table, quarantine and counts appear together or not at all."""
    staging.create_staging(staging.staging_table(record.pk), checked.columns, checked.good_file)
    record.exceptions.all().delete()
    copy_exceptions(record, checked.bad_file)
    _move(
        record,
        State.CHECKED if record.hold else State.POSTING,
        shape={**record.shape, "numbers": checked.numbers, "unkeyed": checked.unkeyed},
        rows=checked.rows,
        staged=checked.good,
        posted_through=0,
        accepted=0,
        discarded=0,
        quarantined=checked.bad,
        duplicates=checked.repeated,
        amount=checked.amount,
        amount_accepted=Decimal(0),
        amount_discarded=Decimal(0),
        amount_quarantined=checked.amount_bad,
        amount_duplicates=checked.amount_repeated,
    )


def copy_exceptions(record: Import, file: Path) -> None:
    """Bad and repeated rows into the quarantine through a temporary table."""
    names = "row, status, reason, field, value, reasons, cells, row_key, amount"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS intake_incoming")
        cursor.execute(
            "CREATE TEMP TABLE intake_incoming (row integer, status text, reason text, field text,"
            " value text, reasons jsonb, cells jsonb, row_key text, amount numeric) ON COMMIT DROP"
        )
        staging.copy_in("intake_incoming", names.split(", "), file)
        cursor.execute(
            f"""INSERT INTO intake_importrow (source_id, node_id, {names})
                SELECT %s, %s, row, status, coalesce(reason, ''), coalesce(field, ''),
                       coalesce(value, ''), reasons, cells, left(row_key, 200), amount
                  FROM intake_incoming
                ON CONFLICT (source_id, row) DO UPDATE SET status = EXCLUDED.status,
                   reason = EXCLUDED.reason, field = EXCLUDED.field, value = EXCLUDED.value,
                   reasons = EXCLUDED.reasons, amount = EXCLUDED.amount
                 WHERE intake_importrow.reasons <> EXCLUDED.reasons""",
            [record.pk, record.node_id],
        )


def _post_all(
    record: Import, declared: ImportType, *, actor: Principal, now: datetime, progress: Progress
) -> None:
    if record.state == State.QUEUED:
        _move(record, State.POSTING)
    table = staging.staging_table(record.pk)
    last = _last_row(table)
    while record.posted_through < last:
        if _cancelled(record):
            return
        with transaction.atomic():
            _post_batch(record, declared, table, actor=actor, now=now)
        progress(record.rows - record.pending, record.rows, _("Posting"))
    with transaction.atomic():
        _finish(record, declared, table, now=now)
    progress(record.rows, record.rows, _("Done"))


def _post_batch(
    record: Import, declared: ImportType, table: str, *, actor: Principal, now: datetime
) -> None:
    """Post the next rows and move the checkpoint with them."""
    first = record.posted_through + 1
    before = first + BATCH_ROWS
    batch = Batch(
        table=table,
        first=first,
        before=before,
        rows=_rows_between(table, first, before),
        import_id=record.pk,
        node_id=record.node_id,
        options=record.options,
        actor=actor,
        now=now,
    )
    counts = post_batch(record, declared, batch) if batch.rows else {}
    sums = {name: F(name) + value for name, value in counts.items()}
    Import.objects.filter(pk=record.pk).update(posted_through=before - 1, **sums)
    record.refresh_from_db()


def _rows_between(table: str, first: int, before: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} WHERE row >= %s AND row < %s", [first, before]
        )
        return int(cursor.fetchone()[0])


def post_batch(record: Import, declared: ImportType, batch: Batch) -> dict[str, Any]:
    """Post and note what became of the rows; what to add to the import's counts and amounts.

    Raises AssertionError when the domain's `post` lost or invented a row: nothing is committed then.
    """
    posted = declared.post(batch)
    counts = _record_outcomes(record, declared, batch)
    if posted + counts["duplicates"] != batch.rows:
        raise AssertionError(f"{declared.code}: posted {posted} + {counts} of {batch.rows} rows")
    return {"accepted": posted, **counts}


def _record_outcomes(record: Import, declared: ImportType, batch: Batch) -> dict[str, Any]:
    """Write the batch's duplicates and corrections down for the receipt; counts and amounts."""
    total = f'"{declared.total}"' if declared.total else "NULL::numeric"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO intake_importrow (source_id, node_id, row, status, reason, field, value,
                                              reasons, cells, row_key, amount)
                SELECT %s, %s, row, outcome,
                       CASE outcome WHEN 'duplicate' THEN 'already_imported' ELSE outcome END, '',
                       left(row_key, 200), jsonb_build_array(jsonb_build_object('code',
                         CASE outcome WHEN 'duplicate' THEN 'already_imported' ELSE outcome END,
                         'field', '', 'value', left(row_key, 200))), '[]', left(row_key, 200), {total}
                  FROM {batch.table} WHERE {batch.span} AND outcome IS NOT NULL
                ON CONFLICT (source_id, row) DO UPDATE SET status = EXCLUDED.status,
                   reason = EXCLUDED.reason, reasons = EXCLUDED.reasons, field = '',
                   value = EXCLUDED.value""",
            [record.pk, record.node_id],
        )
        cursor.execute(
            f"""SELECT count(*) FILTER (WHERE outcome = 'duplicate'),
                       coalesce(sum({total}) FILTER (WHERE outcome = 'duplicate'), 0),
                       coalesce(sum({total}) FILTER (WHERE outcome IS DISTINCT FROM 'duplicate'), 0)
                  FROM {batch.table} WHERE {batch.span}"""
        )
        duplicates, amount_duplicates, amount_accepted = cursor.fetchone()
    return {
        "duplicates": duplicates,
        "amount_duplicates": amount_duplicates,
        "amount_accepted": amount_accepted,
    }


def _finish(record: Import, declared: ImportType, table: str, *, now: datetime) -> None:
    if record.pending:
        raise AssertionError(f"import {record.pk}: {record.pending} rows are unaccounted for")
    staging.drop_staging(table)
    _move(record, State.DONE, finished_at=now, staged=0)
    emit(
        ImportFinished(
            import_id=record.pk,
            type_code=declared.code,
            rows=record.rows,
            accepted=record.accepted,
            quarantined=record.quarantined,
        ),
        node_id=record.node_id,
        subject=record.file_name,
    )
    tell_sender(record, now=now)


def _last_row(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(row), 0) FROM {table}")
        return int(cursor.fetchone()[0])


def _cancelled(record: Import) -> bool:
    if not Import.objects.filter(pk=record.pk, cancel_requested=True).exists():
        return False
    _move(record, State.CANCELLED, cancel_requested=False)
    return True


def _fail(record: Import, error: DomainError) -> None:
    about = {"code": error.code, "message": str(error), "rows": error.rows[:20]}
    now = timezone.now()
    _move(record, State.FAILED, error=about, finished_at=now)
    tell_failure(record, now=now)


def _move(record: Import, state: State, **changes: Any) -> None:
    """Write the state and what comes with it; the advisory lock makes this the only writer."""
    values: Mapping[str, Any] = {"state": state, **changes}
    Import.objects.filter(pk=record.pk).update(**values)
    for name, value in values.items():
        setattr(record, name, value)
