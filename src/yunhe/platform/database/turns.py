"""Two people at one record: who saves second is told, and loses nothing that was typed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import connection
from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast


def version_of(record: Model) -> str:
    """The version of the record's row, another after every change; "" when it is gone or not seen.

    PostgreSQL keeps with each row the transaction that wrote it: that is the version.
    """
    meta = type(record)._meta
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT xmin::text FROM {quoted(meta.db_table)}"  # noqa: S608  # names of the model
            f" WHERE {quoted(str(meta.pk.column))} = %s",
            [record.pk],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def version_of_rows(made_of: Sequence[QuerySet[Model]]) -> str:
    """The version of a record that is made of several tables' rows, the record itself first. One query.

    Another after every change of one of them; "" when the record is gone or not seen.
    """
    parts = [_row_versions(rows, index) for index, rows in enumerate(made_of)]
    found = sorted(parts[0].union(*parts[1:], all=True))
    if not found or found[0][0] != 0:
        return ""
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def take_turn(record: Model) -> None:
    """Let whoever saves the same record in a form wait until this transaction has ended."""
    with connection.cursor() as cursor:
        key = f"form|{type(record)._meta.db_table}|{record.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _row_versions(rows: QuerySet[Model], index: int) -> QuerySet[Model, tuple[int, str, str]]:
    written = RawSQL(f'"{rows.model._meta.db_table}".xmin::text', [], TextField())  # noqa: S611  # names of the model
    return rows.order_by().values_list(Value(index), Cast("pk", TextField()), written)
