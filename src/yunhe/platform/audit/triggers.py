"""Give every audited table triggers that write its changes into the audit trail.

Each table gets one function, generated from its model, and three statement triggers with
transition tables: a statement that changes 1,000 rows writes its 1,000 entries in one INSERT. The
function runs as the owner, so no restricted role can write an entry of its own making.

A model says `audited = False` to stay out (with the reason in a comment), `audit_hidden` for
columns whose value must not be copied, `audit_ignored` for columns whose change is no news.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection, models

from yunhe.platform.access.policies import scoped_models
from yunhe.platform.access.record_nodes import node_columns
from yunhe.platform.database.encryption import EncryptedTextField

HIDDEN = "•••"
UNREADABLE = (EncryptedTextField, models.BinaryField)  # never copied, whatever the model says

FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $audit$
DECLARE
    who bigint := yunhe_user();
    actor text := coalesce(nullif(current_setting('yunhe.actor', true), ''),
                           (SELECT u.name FROM accounts_user u WHERE u.id = who), '');
    request text := left(coalesce(current_setting('yunhe.request', true), ''), 64);
    origin text := left(coalesce(current_setting('yunhe.origin', true), ''), 64);
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_entry (at, table_name, row_id, action, before, after, user_id, actor,
                                 request_id, origin, node_id, other_node_id)
        SELECT now(), '{table}', n.{pk}::text, 'insert', NULL,
               jsonb_strip_nulls({new_row}), who, actor, request, origin, {new_nodes}
          FROM new_rows n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit_entry (at, table_name, row_id, action, before, after, user_id, actor,
                                 request_id, origin, node_id, other_node_id)
        SELECT now(), '{table}', o.{pk}::text, 'delete',
               jsonb_strip_nulls({old_row}), NULL, who, actor, request, origin, {old_nodes}
          FROM old_rows o;
    ELSE
        INSERT INTO audit_entry (at, table_name, row_id, action, before, after, user_id, actor,
                                 request_id, origin, node_id, other_node_id)
        SELECT now(), '{table}', n.{pk}::text, 'update', d.before, d.after, who, actor,
               request, origin, {new_nodes}
          FROM old_rows o JOIN new_rows n ON n.{pk} = o.{pk}
         CROSS JOIN LATERAL (
               SELECT jsonb_object_agg(key, {old_value}) AS before,
                      jsonb_object_agg(key, {new_value}) AS after
                 FROM jsonb_each(to_jsonb(o) - '{ignored}'::text[]) a (key, was)
                 JOIN jsonb_each(to_jsonb(n) - '{ignored}'::text[]) b (key, becomes) USING (key)
                WHERE was IS DISTINCT FROM becomes) d
         WHERE d.after IS NOT NULL;
    END IF;
    RETURN NULL;
END $audit$
"""
TRIGGERS = {
    "insert": "AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows",
    "update": "AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows",
}


def audited_models() -> list[type[models.Model]]:
    """Every house model whose changes are recorded."""
    return [model for model in scoped_models() if getattr(model, "audited", True)]


def trigger_statements(model: type[models.Model]) -> list[str]:
    """The SQL that gives one table its audit function and triggers."""
    table, pk = model._meta.db_table, model._meta.pk
    if pk is None or isinstance(pk, models.CompositePrimaryKey):
        raise TypeError(f"{model._meta.label}: an audited table needs a primary key of one column")
    name = f"audit_{table}"
    function = FUNCTION.format(name=name, table=table, pk=f'"{pk.column}"', **_parts(model))
    statements = [function]
    for action, clause in TRIGGERS.items():
        statements.append(f'DROP TRIGGER IF EXISTS audit_{action} ON "{table}"')
        statements.append(
            f"CREATE TRIGGER audit_{action} {clause.format(table=table)}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return statements


def _parts(model: type[models.Model]) -> dict[str, str]:
    sealed = {f.column for f in model._meta.concrete_fields if isinstance(f, UNREADABLE)}
    hidden = sorted(str(name) for name in sealed.union(getattr(model, "audit_hidden", ())))
    ignored = sorted(getattr(model, "audit_ignored", ()))
    names = ", ".join(f"'{column}'" for column in hidden)
    masked = "".join(f" || jsonb_build_object('{column}', '{HIDDEN}')" for column in hidden)

    def value(side: str) -> str:
        return f"CASE WHEN key IN ({names}) THEN '\"{HIDDEN}\"' ELSE {side} END" if names else side

    def nodes(alias: str) -> str:
        columns = [*node_columns(model, alias), "NULL::bigint", "NULL::bigint"]
        return ", ".join(columns[:2])

    return {
        "new_row": f"to_jsonb(n){masked}",
        "old_row": f"to_jsonb(o){masked}",
        "new_value": value("becomes"),
        "old_value": value("was"),
        "new_nodes": nodes("n"),
        "old_nodes": nodes("o"),
        "ignored": "{" + ",".join(ignored) + "}",
    }


def sync_triggers(**kwargs: Any) -> None:
    """Bring functions and triggers up to the models (after each migration)."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if not {"audit_entry", "accounts_user"} <= existing:
            return
        for model in audited_models():
            if model._meta.db_table in existing:
                _sync_table(cursor, model)
        for model in scoped_models():
            if not getattr(model, "audited", True) and model._meta.db_table in existing:
                _remove(cursor, model._meta.db_table)


def _sync_table(cursor: Any, model: type[models.Model]) -> None:
    """Skip a table whose function already carries this declaration's fingerprint."""
    statements = trigger_statements(model)
    name = f"audit_{model._meta.db_table}"
    mark = "yunhe audit " + hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]
    cursor.execute("SELECT obj_description(to_regproc(%s), 'pg_proc')", [name])
    if cursor.fetchone()[0] == mark:
        return
    for statement in statements:
        cursor.execute(statement)
    cursor.execute(f"COMMENT ON FUNCTION {name}() IS '{mark}'")


def _remove(cursor: Any, table: str) -> None:
    cursor.execute("SELECT to_regproc(%s) IS NOT NULL", [f"audit_{table}"])
    if cursor.fetchone()[0]:
        cursor.execute(f"DROP FUNCTION audit_{table}() CASCADE")
