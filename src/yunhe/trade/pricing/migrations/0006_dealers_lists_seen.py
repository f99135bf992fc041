"""Who sees and keeps a partner's own price lists, and which lowest prices bound them."""

from __future__ import annotations

from django.db import migrations

# As before; of the lists that partners keep, those of the partner directly above (its customers) only.
VISIBLE = """
CREATE OR REPLACE FUNCTION pricing_visible_lists() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT l.id), '{}')
      FROM network_held() held
      JOIN access_node own ON own.id = held.id
      LEFT JOIN pricing_partnerchannel trade ON trade.node_id = held.id
      JOIN access_node place ON place.path @> held.path
                             OR (held.kind <> 'partner' AND place.path <@ held.path)
      JOIN pricing_pricelist l ON l.node_id = place.id
     WHERE held.kind <> 'partner'
        OR (l.by_partner AND l.node_id = held.id)
        OR (l.status = 'published' AND l.level IN ('', held.level) AND l.tier IN ('', held.tier)
            AND l.channel IN ('', trade.channel)
            AND (NOT l.by_partner OR l.node_id = own.parent_id))
$$;
"""

# The partners that the transaction's user works for: the price lists that they may keep.
OWN = """
CREATE OR REPLACE FUNCTION pricing_own_partners() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(id), '{}') FROM network_held() WHERE kind = 'partner'
$$;
"""

# The lowest price of a base unit at which stores are sold to at a node: of the nearest unit above it.
# SECURITY DEFINER: a dealer knows the bounds of its own prices, not those set for others.
FLOORS = """
CREATE OR REPLACE FUNCTION pricing_resale_floors(asked bigint, skus bigint[], day date, money text)
RETURNS TABLE (sku_id bigint, price numeric)
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT DISTINCT ON (floor.sku_id) floor.sku_id, floor.price
      FROM access_node n
      JOIN access_node place ON place.path @> n.path
      JOIN pricing_retailfloor floor ON floor.node_id = place.id
     WHERE n.id = asked AND pricing_may_price(asked) AND floor.stage = 'resale'
       AND floor.sku_id = ANY (skus) AND floor.period @> day AND floor.currency = money
     ORDER BY floor.sku_id, nlevel(place.path) DESC
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0005_dealers_lists")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (VISIBLE, OWN, FLOORS)]
