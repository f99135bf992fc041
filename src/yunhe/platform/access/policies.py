"""Turn the models' scopes into PostgreSQL roles, grants and row-level security policies."""

from __future__ import annotations

import hashlib
from typing import Any

from django.apps import apps
from django.db import connection, models

from yunhe.platform.database.scope import Scope

SCOPED, WIDE = "yunhe_scoped", "yunhe_wide"


def scoped_models() -> list[type[models.Model]]:
    """Every concrete model that declares a scope, in a stable order."""
    found = [m for m in apps.get_models(include_auto_created=True) if hasattr(m, "scope")]
    return sorted(found, key=lambda m: m._meta.db_table)


def policy_statements(model: type[models.Model]) -> list[str]:
    """The SQL that gives one table its grants and policies; running it twice changes nothing."""
    table = model._meta.db_table
    scope: Scope = model.scope  # type: ignore[attr-defined]
    read, write = scope.read.format(table=table), scope.write.format(table=table)
    wide_read, wide_write = (read, write) if scope.personal else ("true", "true")
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'REVOKE ALL ON "{table}" FROM {SCOPED}, {WIDE}',
    ]
    if scope.grants:
        statements.append(f'GRANT {", ".join(scope.grants)} ON "{table}" TO {SCOPED}, {WIDE}')
    rules = {SCOPED: (read, write), WIDE: (wide_read, wide_write)}
    for role, (readable, writable) in rules.items():
        statements += _role_policies(table, role, readable, writable)
    return statements


def _role_policies(table: str, role: str, read: str, write: str) -> list[str]:
    clauses = {
        "select": f"FOR SELECT TO {role} USING ({read})",
        "insert": f"FOR INSERT TO {role} WITH CHECK ({write})",
        "update": f"FOR UPDATE TO {role} USING ({write}) WITH CHECK ({write})",
        "delete": f"FOR DELETE TO {role} USING ({write})",
    }
    statements = []
    for action, clause in clauses.items():
        name = f"{role}_{action}"
        statements.append(f'DROP POLICY IF EXISTS {name} ON "{table}"')
        statements.append(f'CREATE POLICY {name} ON "{table}" {clause}')
    return statements


def sync_policies(**kwargs: Any) -> None:
    """Bring grants and policies up to the models' declarations (after each migration)."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for model in scoped_models():
            if model._meta.db_table in existing:
                _sync_table(cursor, model)
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SCOPED}, {WIDE}")


def policy_fingerprint(model: type[models.Model]) -> str:
    """A mark, kept as the table's comment, that changes with the declaration."""
    digest = hashlib.sha256("\n".join(policy_statements(model)).encode()).hexdigest()
    return f"yunhe scope {digest[:16]}"


def _sync_table(cursor: Any, model: type[models.Model]) -> None:
    """Skip a table whose policies already carry this declaration's fingerprint."""
    table, mark = model._meta.db_table, policy_fingerprint(model)
    cursor.execute("SELECT obj_description(%s::regclass, 'pg_class')", [f'"{table}"'])
    if cursor.fetchone()[0] == mark:
        return
    for statement in policy_statements(model):
        cursor.execute(statement)
    cursor.execute(f"COMMENT ON TABLE \"{table}\" IS '{mark}'")
