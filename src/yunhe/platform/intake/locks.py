"""One worker at a time per import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from yunhe.platform.intake.errors import being_worked_on

_SPACE, _TURNS_SPACE = 0x17A4E, 0x17A4F
TURNS = 128
"""Partners share so many turns: a file about thousands of them takes no thousands of locks."""
_EACH_TURN = "SELECT {}(%s, turn) FROM unnest(%s::integer[]) AS turn"
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
def hold_turn(turns: Sequence[int], *, shared: bool) -> Iterator[None]:
    """Wait for other files about the same partners to be compared and posted; then keep the turn.

    Two files with the same lines would else look new to each other, whoever sends them. Files that are
    not compared share the turn. `turns` (below TURNS) are taken in order, so that nobody waits in a
    circle. Like `hold_import` it spans transactions, dies with the process, and is taken after it.
    """
    mode = "_shared" if shared else ""
    every = sorted(turns)
    try:
        with connection.cursor() as cursor:
            cursor.execute(_EACH_TURN.format(f"pg_advisory_lock{mode}"), [_TURNS_SPACE, every])
        yield
    finally:
        if every and not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute(
                    _EACH_TURN.format(f"pg_advisory_unlock{mode}"), [_TURNS_SPACE, every]
                )


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
