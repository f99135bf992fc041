"""The canonical hash of an entry, and triggers that keep the trail append-only for everybody."""

from __future__ import annotations

from django.db import migrations

HASH = """
CREATE FUNCTION audit_hash(e audit_entry) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
    SELECT sha256(convert_to(jsonb_build_array(e.id, extract(epoch FROM e.at), e.table_name,
        e.row_id, e.action, e.before, e.after, e.user_id, e.actor, e.request_id, e.origin,
        e.node_id, e.other_node_id)::text, 'UTF8'))
$$;
"""
APPEND_ONLY = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = '42501';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
    for table in ("audit_entry", "audit_leaf", "audit_seal")
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("access", "0003_database_objects")]
    operations = [
        migrations.RunSQL(HASH, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
    ]
