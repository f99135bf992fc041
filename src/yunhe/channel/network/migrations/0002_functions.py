"""Questions about the tree that other domains ask inside their own statements."""

from __future__ import annotations

from django.db import migrations

# The dealer that answers for a node: itself or the nearest above. SECURITY DEFINER: a store may know
# which dealer it orders from, but may not read that dealer's dossier.
DEALER_OF = """
CREATE OR REPLACE FUNCTION network_dealer_of(asked bigint) RETURNS bigint
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT above.id
      FROM access_node below
      JOIN access_node above ON above.path @> below.path
      JOIN network_partner p ON p.node_id = above.id AND p.level = 'dealer'
     WHERE below.id = asked
     ORDER BY nlevel(above.path) DESC
     LIMIT 1
$$;
"""

# Where a node stands: ids from the root to itself, its level and tier ('' for organisation units).
PLACE = """
CREATE OR REPLACE FUNCTION network_place(asked bigint)
RETURNS TABLE (path_ids bigint[], level text, tier text)
STABLE ROWS 1 LANGUAGE sql AS $$
    SELECT string_to_array(n.path::text, '.')::bigint[], coalesce(p.level, ''), coalesce(p.tier, '')
      FROM access_node n LEFT JOIN network_partner p ON p.node_id = n.id
     WHERE n.id = asked
$$;
"""

# The nodes granted to the transaction's user: roots of its subtrees, with what a rule needs of them.
HELD = """
CREATE OR REPLACE FUNCTION network_held()
RETURNS TABLE (id bigint, kind text, path ltree, level text, tier text)
STABLE SECURITY DEFINER SET search_path = public ROWS 2 LANGUAGE sql AS $$
    SELECT n.id, n.kind, n.path, coalesce(p.level, ''), coalesce(p.tier, '')
      FROM access_node n LEFT JOIN network_partner p ON p.node_id = n.id
     WHERE n.id IN (SELECT unnest(yunhe_nodes()) INTERSECT SELECT unnest(yunhe_ancestors()))
$$;
"""

# The nodes that the transaction's user answers for as a unit of the manufacturer: the subtrees of
# organisation units held. Empty for a partner's people.
GOVERNED = """
CREATE OR REPLACE FUNCTION network_governed() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(n.id), '{}')
      FROM network_held() held JOIN access_node n ON n.path <@ held.path
     WHERE held.kind <> 'partner'
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial"), ("access", "0003_database_objects")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (DEALER_OF, PLACE, HELD, GOVERNED)
    ]
