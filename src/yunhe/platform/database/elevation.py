"""Leave and re-enter the restricted database role of the running transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.pq import TransactionStatus

# neither takes a statement: the rollback gives the role back, or the lost session takes it along
_ENDED = {TransactionStatus.INERROR, TransactionStatus.UNKNOWN}


@contextmanager
def owner_access(reason: str) -> Iterator[None]:
    """Step out of the scope for statements that no restricted role may run.

    `reason` is a sentence for the reader of the code and of `yunhe check`; keep the block small.
    """
    if not reason:
        raise ValueError("an elevation is declared with its reason")
    role = current_role()
    set_role("none")
    try:
        yield
    finally:
        return_to(role)


def current_role() -> str:
    """The database role of the running transaction; `none` is the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        return str(cursor.fetchone()[0])


def set_role(role: str) -> None:
    """Act as `role` until the transaction ends; `none` is the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])


def return_to(role: str) -> None:
    """Act as `role` again, unless the transaction failed: another statement would hide its error."""
    session = connection.connection
    if session is None or session.info.transaction_status in _ENDED or connection.needs_rollback:
        return
    set_role(role)
