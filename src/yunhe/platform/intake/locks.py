"""One worker at a time per import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.errors import ImportBusy

_SPACE = 0x17A4E


@contextmanager
def hold_import(import_id: int) -> Iterator[None]:
    """A session-level advisory lock over several transactions; it dies with the process.

    Raises ImportBusy when another process works on this import.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, import_id])
        if not cursor.fetchone()[0]:
            raise ImportBusy(_("Another process is working on this import."))
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, import_id])
