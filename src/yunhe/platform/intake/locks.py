"""One worker at a time per import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from yunhe.platform.intake.errors import being_worked_on

_SPACE = 0x17A4E
_HELD = """
SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
  WHERE l.locktype = 'advisory' AND d.datname = current_database()
    AND l.classid = %s AND l.objid = %s AND l.objsubid = 2 AND l.granted)
"""


@contextmanager
def hold_import(import_id: int) -> Iterator[None]:
    """A session-level advisory lock over several transactions; it dies with the process.

    Raises ImportBusy when another process works on this import.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, import_id])
        if not cursor.fetchone()[0]:
            raise being_worked_on()
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, import_id])


@contextmanager
def hold_sender(type_code: str, node_id: int) -> Iterator[None]:
    """Wait for the sender's other file of this type to be compared and posted; then keep the turn.

    Two files with the same lines would else look new to each other. Like `hold_import` it spans
    transactions, dies with the process, and is taken after it.
    """
    name = f"intake:{type_code}:{node_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 20261129))", [name])
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 20261129))", [name])


def is_held(import_id: int) -> bool:
    """Whether a living process works on this import."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [_SPACE, import_id])
        return bool(cursor.fetchone()[0])


def keep_free(import_id: int) -> bool:
    """Until this transaction ends nobody starts on the import; False when somebody is at it."""
    if is_held(import_id):  # also by this very session, which would be granted the lock once more
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_SPACE, import_id])
        return bool(cursor.fetchone()[0])
