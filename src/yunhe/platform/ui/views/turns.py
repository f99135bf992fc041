"""Two people at one record: who saves second is told, and loses nothing that was typed."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model


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


def take_turn(record: Model) -> None:
    """Let whoever saves the same record in a form wait until this transaction has ended."""
    with connection.cursor() as cursor:
        key = f"form|{type(record)._meta.db_table}|{record.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
