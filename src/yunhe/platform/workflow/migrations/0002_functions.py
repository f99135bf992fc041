"""Questions that rules and any role may ask: for whom one stands in, which chains apply."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations

# Absences are private rows; the rules of other tables ask through this function.
STANDS_FOR = """
CREATE OR REPLACE FUNCTION workflow_stands_for() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT user_id), '{}') FROM workflow_absence
     WHERE substitute_id = yunhe_user()
       AND period @> (now() AT TIME ZONE 'OUR_ZONE')::date
$$;
""".replace("OUR_ZONE", settings.TIME_ZONE)

# The chains of a kind that are valid at a node, whoever asks: a dealer's order is approved by chains
# that the dealer may not read.
CANDIDATES = """
CREATE OR REPLACE FUNCTION workflow_candidates(asked_kind text, asked_node bigint)
RETURNS TABLE (id bigint, depth integer, level text, amount_from numeric, amount_to numeric)
STABLE ROWS 5 SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT d.id, nlevel(place.path), d.level::text, d.amount_from, d.amount_to
      FROM workflow_definition d
      JOIN access_node place ON place.id = d.node_id
     WHERE d.kind = asked_kind AND d.active
       AND place.path @> (SELECT path FROM access_node WHERE access_node.id = asked_node)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial"), ("access", "0003_database_objects")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (STANDS_FOR, CANDIDATES)
    ]
