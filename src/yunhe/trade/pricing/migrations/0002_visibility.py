"""Which price lists a transaction may read, as one array that row-level security compares with."""

from __future__ import annotations

from django.db import migrations

# Headquarters' people see every list of their units and of the units above. A partner's people see
# the published lists that apply to the partner they work for: never another partner's, another
# level's, another tier's, nor a draft, not even of the partners below them.
VISIBLE = """
CREATE OR REPLACE FUNCTION pricing_visible_lists() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT l.id), '{}')
      FROM network_held() held
      JOIN access_node place ON place.path @> held.path
                             OR (held.kind <> 'partner' AND place.path <@ held.path)
      JOIN pricing_pricelist l ON l.node_id = place.id
     WHERE held.kind <> 'partner'
        OR (l.status = 'published' AND l.level IN ('', held.level) AND l.tier IN ('', held.tier))
$$;
"""

# Whether the transaction may know what a node pays: a unit above it, or the node itself.
MAY_PRICE = """
CREATE OR REPLACE FUNCTION pricing_may_price(asked bigint) RETURNS boolean
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT current_setting('role') <> 'yunhe_scoped' OR EXISTS (
        SELECT 1 FROM network_held() held JOIN access_node n ON n.id = asked
         WHERE held.id = asked OR (held.kind <> 'partner' AND held.path @> n.path))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial"), ("network", "0002_functions")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (VISIBLE, MAY_PRICE)]
