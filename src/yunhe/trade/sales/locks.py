"""One writer per source: lines of one source are compared and corrected one batch after another."""

from __future__ import annotations

from django.db import connection


def lock_source(source: str) -> None:
    """Hold the source until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 20261122))", [source])
