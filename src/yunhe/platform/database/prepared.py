"""A cursor for the few statements that every order runs: parsed and planned once a connection.

PostgreSQL keeps the plan under a name; a repetition sends only the parameters. Row-level security is
kept: a plan made for one role is made again for another. Behind a pooler that hands out a connection
for each transaction, set `YUNHE_PREPARE=0`.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from django.db import connection

PREPARE = os.environ.get("YUNHE_PREPARE", "1") != "0"
BY_ITSELF_NEVER = 2**31


class _PreparedCursor(psycopg.Cursor[Any]):
    """Binds parameters on the server and prepares what it executes."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if not PREPARE:
            return super().execute(query, params, **options)
        # Django forbids it for the connection (None), and psycopg then ignores what is asked here
        self.connection.prepare_threshold = BY_ITSELF_NEVER
        try:
            return super().execute(query, params, **{"prepare": True} | options)
        finally:
            self.connection.prepare_threshold = None


def prepared_cursor() -> AbstractContextManager[Any]:
    """As `connection.cursor()`, for hot statements; counted and logged by Django like any other.

    The statement's text must be constant, and parameters that carry no type of their own (None, empty
    lists) need a cast in it.
    """
    connection.ensure_connection()
    cursor: Any = _PreparedCursor(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)
