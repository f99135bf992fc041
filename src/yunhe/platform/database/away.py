"""Whether the database is there at all."""

from __future__ import annotations

from django.db import connection
from django.db.utils import InterfaceError, OperationalError


def reach() -> bool:
    """Have a connection that works: a kept one is tried once a request and replaced when it broke."""
    try:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    except (OperationalError, InterfaceError):
        return False
    return True


def is_away() -> bool:
    """After a failed statement: whether the connection broke under it."""
    return connection.connection is None or bool(connection.connection.closed)
