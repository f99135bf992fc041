"""Which policies and versions a transaction may read, as arrays that row-level security compares with."""

from __future__ import annotations

from django.db import migrations

# Headquarters' people: the versions of their units and of the units above. A partner's people: the
# versions sent to the partner they work for, not those sent only to partners below it.
VERSIONS = """
CREATE OR REPLACE FUNCTION policies_visible_versions() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(id), '{}') FROM (
        SELECT v.id
          FROM network_held() held
          JOIN access_node place ON place.path @> held.path OR place.path <@ held.path
          JOIN policies_policyversion v ON v.node_id = place.id
         WHERE held.kind <> 'partner'
        UNION
        SELECT r.version_id
          FROM network_held() held JOIN policies_policyrecipient r ON r.node_id = held.id
         WHERE held.kind = 'partner'
    ) AS mine
$$;
"""

POLICIES = """
CREATE OR REPLACE FUNCTION policies_visible() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(id), '{}') FROM (
        SELECT p.id
          FROM network_held() held
          JOIN access_node place ON place.path @> held.path OR place.path <@ held.path
          JOIN policies_policy p ON p.node_id = place.id
         WHERE held.kind <> 'partner'
        UNION
        SELECT v.policy_id FROM policies_policyversion v
         WHERE v.id = ANY (policies_visible_versions())
    ) AS mine
$$;
"""

# The active partners that an audience names. Runs with the caller's rights.
AUDIENCE = """
CREATE OR REPLACE FUNCTION policies_audience(subtrees bigint[], levels text[], tiers text[], extra bigint[])
RETURNS SETOF bigint STABLE LANGUAGE sql AS $$
    SELECT n.id
      FROM access_node n
      JOIN network_partner p ON p.node_id = n.id
     WHERE n.active
       AND (n.id = ANY (extra)
            OR (n.path <@ ARRAY(SELECT path FROM access_node WHERE id = ANY (subtrees))
                AND (cardinality(levels) = 0 OR p.level = ANY (levels))
                AND (cardinality(tiers) = 0 OR p.tier = ANY (tiers))))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial"), ("network", "0002_functions")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (VERSIONS, POLICIES, AUDIENCE)
    ]
