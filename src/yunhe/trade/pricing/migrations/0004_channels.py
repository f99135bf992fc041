"""Lists for a sales channel are visible to the partners of that channel only."""

from __future__ import annotations

from django.db import migrations

VISIBLE = """
CREATE OR REPLACE FUNCTION pricing_visible_lists() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT l.id), '{}')
      FROM network_held() held
      LEFT JOIN pricing_partnerchannel trade ON trade.node_id = held.id
      JOIN access_node place ON place.path @> held.path
                             OR (held.kind <> 'partner' AND place.path <@ held.path)
      JOIN pricing_pricelist l ON l.node_id = place.id
     WHERE held.kind <> 'partner'
        OR (l.status = 'published' AND l.level IN ('', held.level) AND l.tier IN ('', held.tier)
            AND l.channel IN ('', trade.channel))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0003_depth")]
    operations = [migrations.RunSQL(VISIBLE, migrations.RunSQL.noop)]
