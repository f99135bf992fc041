# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""Lines that only their place in a file names, and that another file or way reported before.

The import type says which they are (`find_repeats`); a person says what is done with them. A row
that is left out keeps the record that it repeats (`origin`), so each record excuses one row only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connection

from yunhe.platform.intake.checking import file_key_sql
from yunhe.platform.intake.choices import RowStatus
from yunhe.platform.intake.declarations import ImportType, Unkeyed
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.queries import REPEATED

FILES_TOLD = 20
_FOUND = "intake_repeats"
# The name of a file is told to those only whose own it is.
_TOLD = "left(coalesce(i.file_name || ' #' || f.import_row, f.told), 200)"
_SAID = (
    f"jsonb_build_array(jsonb_build_object('code', '{REPEATED}', 'field', '', 'value', {_TOLD},"
    " 'origin', f.origin))"
)
_FOUND_ROWS = (
    f"{_FOUND} f LEFT JOIN intake_import i ON i.id = f.import_id AND i.node_id = %(node_id)s"
)


def may_repeat(record: Import, declared: ImportType) -> bool:
    """Whether the type compares and the file has rows that no key names."""
    return declared.find_repeats is not None and record.shape.get("unkeyed", 1) > 0


def look_for_repeats(record: Import, declared: ImportType, table: str) -> bool:
    """Find the staged rows that look already reported; whether they are enough to ask about.

    They stand in a temporary table until the transaction ends.
    """
    if declared.find_repeats is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_FOUND}")
        cursor.execute(
            f"CREATE TEMP TABLE {_FOUND} (row integer, origin bigint, import_id bigint,"
            ' import_row integer, "on" date, told text) ON COMMIT DROP'
        )
        cursor.execute(
            f"""INSERT INTO {_FOUND} (row, origin)
                SELECT row, (reasons->0->>'origin')::bigint FROM intake_importrow
                 WHERE source_id = %s AND reason = %s AND status = %s""",
            [record.pk, REPEATED, RowStatus.DUPLICATE],
        )
        notable = declared.find_repeats(
            Unkeyed(
                table=table,
                span=f"row_key = {file_key_sql(record.sha256[:16])}",
                mark=f"{record.sha256[:16]}:",
                found=_FOUND,
                import_id=record.pk,
                node_id=record.node_id,
                options=record.options,
            )
        )
        cursor.execute(f"DELETE FROM {_FOUND} WHERE told IS NULL")
    return notable


def describe_repeats(declared: ImportType, table: str) -> dict[str, Any]:
    """Of what was found: rows, amount, days, and the same for each earlier import (most rows first).

    An import's `id` is null for lines that came without a file. Amounts are decimal texts.
    """
    total = f'coalesce(sum(s."{declared.total}"), 0)' if declared.total else "0"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT f.import_id, count(*), {total}, min(f."on"), max(f."on"), grouping(f.import_id)
                  FROM {_FOUND} f JOIN {table} s USING (row)
                 GROUP BY GROUPING SETS ((), (f.import_id)) ORDER BY 6 DESC, 2 DESC, 1
                 LIMIT {FILES_TOLD + 1}"""
        )
        whole, *files = cursor.fetchall()
    return {**_part(whole), "files": [{"id": row[0], **_part(row)} for row in files]}


def _part(row: tuple[Any, ...]) -> dict[str, Any]:
    _import, rows, amount, first, last, _whole = row
    days = {"first": first and first.isoformat(), "last": last and last.isoformat()}
    return {"rows": rows, "amount": str(amount), **days}


def leave_out(record: Import, declared: ImportType, table: str) -> tuple[int, Decimal]:
    """Take what was found out of the staging table, for the receipt as duplicates; count, amount."""
    total = f's."{declared.total}"' if declared.total else "NULL::numeric"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO intake_importrow (source_id, node_id, row, status, reason, field, value,
                                              reasons, cells, row_key, amount)
                SELECT %(id)s, %(node_id)s, row, %(status)s, %(reason)s, '', {_TOLD}, {_SAID}, '[]',
                       left(s.row_key, 200), {total}
                  FROM {_FOUND_ROWS} JOIN {table} s USING (row)
                ON CONFLICT (source_id, row) DO UPDATE SET status = EXCLUDED.status,
                   reason = EXCLUDED.reason, reasons = EXCLUDED.reasons, field = '',
                   value = EXCLUDED.value""",
            {**_whose(record), "status": RowStatus.DUPLICATE},
        )
        cursor.execute(
            f"""WITH gone AS (DELETE FROM {table} s USING {_FOUND} f WHERE f.row = s.row
                              RETURNING {total} AS amount)
                SELECT count(*), coalesce(sum(amount), 0) FROM gone"""
        )
        count, amount = cursor.fetchone()
    return int(count), amount


def keep_back(record: Import, table: str) -> None:
    """Let what was found stay in quarantine, with this as its reason, until somebody decides."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE intake_importrow r
                   SET reason = %(reason)s, field = '', value = {_TOLD}, reasons = {_SAID}
                  FROM {_FOUND_ROWS} WHERE r.source_id = %(id)s AND r.row = f.row""",
            _whose(record),
        )
        cursor.execute(f"DELETE FROM {table} s USING {_FOUND} f WHERE f.row = s.row")


def kept_back_before(record: Import) -> bool:
    """Whether rows that were found wait in quarantine already."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT EXISTS (SELECT 1 FROM {_FOUND} f JOIN intake_importrow r USING (row)
                                WHERE r.source_id = %s AND r.reason = %s)""",
            [record.pk, REPEATED],
        )
        return bool(cursor.fetchone()[0])


def _whose(record: Import) -> dict[str, Any]:
    return {"id": record.pk, "node_id": record.node_id, "reason": REPEATED}
