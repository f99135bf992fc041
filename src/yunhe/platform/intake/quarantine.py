# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""The quarantine: look again after master data were added, map values, give rows up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.platform.intake import staging
from yunhe.platform.intake.choices import Decision, RowStatus, State
from yunhe.platform.intake.declarations import Batch, ImportType, Lookup, import_type
from yunhe.platform.intake.errors import ImportBusy, NothingWaits, UnknownTarget
from yunhe.platform.intake.events import RowsReleased
from yunhe.platform.intake.locks import hold_import
from yunhe.platform.intake.models import Import, ValueAlias
from yunhe.platform.intake.ownership import check_handling
from yunhe.platform.intake.permissions import REPLAY
from yunhe.platform.intake.progress import Progress, silent
from yunhe.platform.intake.queries import open_rows, reach_of, waits_for, waits_for_value
from yunhe.platform.intake.reading.load import load_squared
from yunhe.platform.intake.repeats import (
    describe_repeats,
    keep_back,
    kept_back_before,
    leave_out,
    look_for_repeats,
    may_repeat,
)
from yunhe.platform.intake.runner import (
    BATCH_ROWS,
    check_loaded,
    copy_exceptions,
    in_turn,
    post_batch,
)
from yunhe.platform.intake.workdirs import engine, workdir


def replay_import(
    import_id: int, *, actor: Principal, now: datetime, progress: Progress = silent
) -> Import:
    """Check the quarantined rows of a finished import again; post those that are good now.

    Rows keep their numbers and keys, so a replay that is killed or repeated posts nothing twice.
    Rows that look already reported stay, until somebody decided about them.
    Opens its own transactions. Raises ImportBusy when the import is not finished or held.
    """
    with hold_import(import_id):
        record = Import.objects.get(pk=import_id)
        if record.state != State.DONE:
            raise ImportBusy(_("Only a finished import has rows to release."))
        if not record.quarantined:
            return record
        declared = import_type(record.type_code)
        table = staging.staging_table(record.pk, replay=True)
        progress(0, record.quarantined, _("Checking quarantined rows again"))
        with workdir() as folder, engine(folder) as duck, transaction.atomic():
            load_squared(duck, _cells_file(record, folder), len(record.columns))
            checked = check_loaded(duck, record, declared, now=now, folder=folder)
            staging.create_staging(table, checked.columns, checked.good_file)
            copy_exceptions(record, checked.bad_file)
        with in_turn(record, declared, table):
            _set_aside_repeats(record, declared, table)
            released = _post_replayed(record, declared, table, actor=actor, now=now)
        progress(released, released, _("Done"))
        return record


def _cells_file(record: Import, folder: Path) -> Path:
    """The raw cells of the open rows, as `load_squared` reads them."""
    cells = ", ".join(f"nullif(cells->>{i}, '')" for i in range(len(record.columns) + 1))
    file = folder / "quarantine.csv"
    query = (
        f"SELECT row, {cells} FROM intake_importrow"
        " WHERE source_id = %(id)s AND status = 'quarantined' ORDER BY row"
    )
    staging.copy_out(query, {"id": record.pk}, file)
    return file


def _set_aside_repeats(record: Import, declared: ImportType, table: str) -> None:
    """Rows that look already reported are not posted, unless somebody said that they are new."""
    if record.decision == Decision.POST or not may_repeat(record, declared):
        return
    with transaction.atomic():
        notable = look_for_repeats(record, declared, table)
        if record.decision == Decision.SKIP:
            rows, amount = leave_out(record, declared, table)
            settle_counts(record, {"duplicates": rows, "amount_duplicates": amount})
        elif notable or kept_back_before(record):
            record.likely_repeats = describe_repeats(declared, table)
            record.save(update_fields=["likely_repeats"])
            keep_back(record, table)


def _post_replayed(
    record: Import, declared: ImportType, table: str, *, actor: Principal, now: datetime
) -> int:
    released = 0
    rows = staging.staged_rows(table)
    position = 0
    while position < rows:
        with transaction.atomic():
            batch = _next_batch(record, table, position, actor=actor, now=now)
            counts = post_batch(record, declared, batch)
            _mark_released(record, batch)
            settle_counts(record, counts)
            position += batch.rows
            released += counts["accepted"]
    with transaction.atomic():
        staging.drop_staging(table)
        settle_counts(record, {})
        if released:
            event = RowsReleased(import_id=record.pk, type_code=declared.code, rows=released)
            emit(event, node_id=record.node_id, subject=record.file_name)
    return released


def _next_batch(
    record: Import, table: str, position: int, *, actor: Principal, now: datetime
) -> Batch:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(row), max(row) + 1, count(*) FROM (SELECT row FROM {table}"
            " ORDER BY row OFFSET %s LIMIT %s) next",
            [position, BATCH_ROWS],
        )
        first, before, rows = cursor.fetchone()
    return Batch(
        table=table,
        first=first,
        before=before,
        rows=rows,
        import_id=record.pk,
        node_id=record.node_id,
        options=record.options,
        actor=actor,
        now=now,
    )


def _mark_released(record: Import, batch: Batch) -> None:
    """Rows without an outcome of their own leave the quarantine as released."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE intake_importrow r SET status = 'released'
                  FROM {batch.table} s
                 WHERE r.source_id = %s AND r.row = s.row AND s.row >= %s AND s.row < %s
                   AND s.outcome IS NULL""",
            [record.pk, batch.first, batch.before],
        )


def settle_counts(record: Import, added: dict[str, Any]) -> None:
    """Add what was posted, and take quarantined and discarded rows from the rows themselves."""
    sums: dict[str, Any] = {name: F(name) + value for name, value in added.items()}
    for status, name in (
        (RowStatus.QUARANTINED, "quarantined"),
        (RowStatus.DISCARDED, "discarded"),
    ):
        count, amount = _count(record, status)
        sums |= {name: count, f"amount_{name}": amount}
    Import.objects.filter(pk=record.pk).update(**sums)
    Import.objects.filter(pk=record.pk).update(
        amount=F("amount_accepted")
        + F("amount_duplicates")
        + F("amount_quarantined")
        + F("amount_discarded")
    )
    record.refresh_from_db()


def _count(record: Import, status: RowStatus) -> tuple[int, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(amount), 0) FROM intake_importrow"
            " WHERE source_id = %s AND status = %s",
            [record.pk, status],
        )
        count, amount = cursor.fetchone()
    return int(count), amount


def map_value(
    record: Import, *, reason: str, value: str, target: str, actor: Principal
) -> ValueAlias:
    """“What the file calls `value` is our `target`”: for this sender from now on.

    Replay applies it to the quarantine. Raises ImportBusy when the reason is no look-up,
    NothingWaits when no row waits for the value (an alias goes before the look-up: for a known code
    it would rewrite later files), UnknownTarget when there is no record with that code within reach.
    """
    check_handling(record, actor, REPLAY)
    lookup = lookup_named(record, reason)
    if not waits_for_value(record, lookup.code, value):
        raise NothingWaits(value)
    if not _is_known(record, lookup, target.strip()):
        raise UnknownTarget(target.strip())
    alias, _created = ValueAlias.objects.update_or_create(
        node_id=record.node_id,
        type_code=record.type_code,
        field=lookup.field,
        value=value,
        defaults={"target": target.strip()},
    )
    return alias


def _is_known(record: Import, lookup: Lookup, target: str) -> bool:
    """Whether the look-up finds the code, in any case, among what the reader may see."""
    params: dict[str, Any] = {
        "node_ids": list(Node.objects.values_list("id", flat=True)),
        "node_id": record.node_id,
        "target": target.upper(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM ({lookup.sql}) AS known (k) WHERE upper(k) = %(target)s)",
            params,
        )
        return bool(cursor.fetchone()[0])


def create_missing(record: Import, *, reason: str, actor: Principal, now: datetime) -> int:
    """Create the master data that quarantined rows lack, where the domain knows how; how many.

    The look-up's `create` gets one mapping of field -> text per missing value. Opens no transaction.
    """
    check_handling(record, actor, REPLAY)
    lookup = lookup_named(record, reason)
    if lookup.create is None:
        raise ImportBusy(_("These records cannot be created from a file; add them by hand."))
    declared = import_type(record.type_code)
    examples = _examples(record, reason)
    return lookup.create(examples, reach=reach_of(record, declared), actor=actor, now=now)


def create_all_missing(record: Import, *, actor: Principal, now: datetime) -> dict[str, int]:
    """Create whatever master data the quarantine lacks and a domain can make; number by look-up."""
    lookups = import_type(record.type_code).lookups
    return {
        lookup.code: create_missing(record, reason=lookup.code, actor=actor, now=now)
        for lookup in lookups
        if lookup.create is not None and waits_for(record, lookup.code)
    }


def check_creation(record: Import, *, actor: Principal) -> None:
    """Raises NotAllowed unless the actor may create all that `create_all_missing` would."""
    check_handling(record, actor, REPLAY)
    lacking = [
        lookup.create_permission
        for lookup in import_type(record.type_code).lookups
        if lookup.create is not None and waits_for(record, lookup.code)
    ]
    for permission in lacking:
        actor.check(permission)
    if not actor.wide:
        raise NotAllowed()


def _examples(record: Import, reason: str) -> list[dict[str, str]]:
    """For each missing value the mapped cells of its first row, by field."""
    columns = record.mapping["columns"]
    found: dict[str, dict[str, str]] = {}
    rows = record.exceptions.filter(status=RowStatus.QUARANTINED)
    rows = rows.filter(reasons__contains=[{"code": reason}]).order_by("row")
    for value, reasons, cells in rows.values_list("value", "reasons", "cells").iterator(2000):
        own = next(r["value"] for r in reasons if r["code"] == reason) or value
        if own not in found:
            found[own] = {name: cells[at].strip() for name, at in columns.items()}
            found[own]["value"] = own
    return list(found.values())


def lookup_named(record: Import, reason: str) -> Lookup:
    """The look-up behind a reason. Raises ImportBusy when there is none."""
    for lookup in import_type(record.type_code).lookups:
        if lookup.code == reason:
            return lookup
    raise ImportBusy(_("This reason is not about missing master data."))


def discard_rows(
    record: Import,
    *,
    reason: str = "",
    value: str | None = None,
    rows: Sequence[int] = (),
    actor: Principal,
) -> int:
    """Give quarantined rows up: they stay on the receipt as discarded and are never posted."""
    check_handling(record, actor, REPLAY)
    chosen = open_rows(record, reason=reason, value=value)
    if rows:
        chosen = chosen.filter(row__in=rows)
    count = chosen.update(status=RowStatus.DISCARDED)
    settle_counts(record, {})
    return count
