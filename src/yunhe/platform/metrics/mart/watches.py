"""Triggers that mark months dirty in the transaction that changes them.

Statement-level with transition tables: one statement that writes a million rows adds one mark a
month. A fingerprint in the function's comment skips what is already in place.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import connection

from yunhe.platform.metrics.declarations import Source, Watch
from yunhe.platform.metrics.registry import sources

INSTALLED = """
SELECT proname, obj_description(oid, 'pg_proc')
  FROM pg_proc WHERE starts_with(proname, 'mart_mark_')
"""
EVENTS = {
    "INSERT": "REFERENCING NEW TABLE AS added",
    "UPDATE": "REFERENCING OLD TABLE AS removed NEW TABLE AS added",
    "DELETE": "REFERENCING OLD TABLE AS removed",
    "TRUNCATE": "",
}


def sync_watches(**kwargs: Any) -> None:
    """Install the triggers of every declared source whose tables exist (after each migration)."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        cursor.execute(INSTALLED)
        known = dict(cursor.fetchall())
        for source in sources().values():
            for watch in source.watches:
                if watch.table in existing:
                    _install(cursor, source, watch, known)


def watch_statements(source: Source, watch: Watch) -> list[str]:
    """The SQL of one watch; running it twice changes nothing."""
    name = _function_name(source, watch)
    statements = [_function(name, source, watch)]
    for event, referencing in EVENTS.items():
        trigger = f"{name}_{event.lower()}"
        statements.append(f'DROP TRIGGER IF EXISTS {trigger} ON "{watch.table}"')
        statements.append(
            f'CREATE TRIGGER {trigger} AFTER {event} ON "{watch.table}" {referencing}'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return statements


def _install(cursor: Any, source: Source, watch: Watch, known: dict[str, str]) -> None:
    statements = watch_statements(source, watch)
    mark = hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]
    name = _function_name(source, watch)
    if known.get(name) == mark:
        return
    for statement in statements:
        cursor.execute(statement)
    cursor.execute(f"COMMENT ON FUNCTION {name}() IS '{mark}'")


def _function_name(source: Source, watch: Watch) -> str:
    return f"mart_mark_{source.name}_{watch.table}"[:52]


def _function(name: str, source: Source, watch: Watch) -> str:
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO metrics_mark (source, month) VALUES ('{source.name}', NULL);
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        {_mark(source, watch, "added")}
    END IF;
    IF TG_OP <> 'INSERT' THEN
        {_mark(source, watch, "removed")}
    END IF;
    RETURN NULL;
END $$"""  # noqa: S608  names declared in code


def _mark(source: Source, watch: Watch, transition: str) -> str:
    if not watch.date:
        return (
            f"INSERT INTO metrics_mark (source, month) SELECT '{source.name}', NULL"  # noqa: S608
            f" WHERE EXISTS (SELECT 1 FROM {transition});"
        )
    date = watch.date.replace("{tz}", settings.TIME_ZONE)
    return (
        f"INSERT INTO metrics_mark (source, month)"  # noqa: S608
        f" SELECT DISTINCT '{source.name}', date_trunc('month', ({date})::timestamp)::date"
        f" FROM {transition} changed {watch.join} WHERE ({date}) IS NOT NULL;"
    )
