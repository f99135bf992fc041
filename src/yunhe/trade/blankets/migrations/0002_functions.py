"""The numbers of frames; what orders hold of them; who reads a partner's frames."""

from __future__ import annotations

from django.db import migrations

NUMBER = "CREATE SEQUENCE blankets_number"

# Holds are in nobody's scope: only whether there is one is told.
HOLDS = """
CREATE OR REPLACE FUNCTION blankets_holds(asked_ref text) RETURNS boolean
STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
    SELECT EXISTS (
        SELECT 1 FROM capacity_hold h JOIN capacity_account a ON a.id = h.account_id
         WHERE h.ref = asked_ref AND a.kind = 'frame' AND (h.reserved > 0 OR h.committed > 0))
$$;
"""

READERS = """
CREATE OR REPLACE FUNCTION blankets_readers(asked bigint, roles text[])
RETURNS TABLE (user_id bigint)
STABLE SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE sql AS $$
    SELECT DISTINCT g.user_id
      FROM blankets_frame f JOIN access_grant g ON g.node_id = f.node_id
     WHERE f.id = asked AND g.role = ANY (roles)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("blankets", "0001_initial"), ("capacity", "0001_initial")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (NUMBER, HOLDS, READERS)
    ]
