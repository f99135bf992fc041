"""A cursor for the few statements that every order runs: parsed and planned once a connection.

PostgreSQL keeps the plan under a name; a repetition sends only the parameters. Row-level security is
kept: a plan made for one role is made again for another. Behind a pooler that hands out a connection
for each transaction, set `YUNHE_PREPARE=0`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

PREPARE = os.environ.get("YUNHE_PREPARE", "1") != "0"
BY_ITSELF_NEVER = 2**31
_BARE = (int, Decimal)


class _PreparedCursor(psycopg.Cursor[Any]):
    """Binds parameters on the server and prepares what it executes."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if isinstance(params, dict):
            params = {name: _bound(value) for name, value in params.items()}
        elif params is not None:
            params = [_bound(value) for value in params]
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

    The statement's text must be constant, and lists and None need a cast in it: they carry no type of
    their own.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    cursor: Any = _PreparedCursor(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)


def _bound(value: Any) -> Any:
    return array_text(value) if isinstance(value, list) else value


def array_text(values: Sequence[Any]) -> str:
    """A flat array as PostgreSQL writes it: psycopg would look up each element's type three times."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    if isinstance(value, _BARE):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
