"""Which promotions a transaction may read, what is left of their limits, and what rules ask of SKUs."""

from __future__ import annotations

from django.db import migrations

# Headquarters' people see the promotions of their units, of those above, and those meant for a place
# of theirs. A partner's people see the published ones that are meant for the partner they work for.
VISIBLE = """
CREATE OR REPLACE FUNCTION promotions_visible() RETURNS bigint[]
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT p.id), '{}')
      FROM network_held() held
      JOIN access_node place ON place.path @> held.path
                             OR (held.kind <> 'partner' AND place.path <@ held.path)
      JOIN promotions_audience a ON a.place_id = place.id
      JOIN promotions_promotion p ON p.id = a.promotion_id
     WHERE held.kind <> 'partner'
        OR (p.status = 'published'
            AND (p.levels = '{}' OR held.level = ANY (p.levels))
            AND (p.tiers = '{}' OR held.tier = ANY (p.tiers)))
$$;
"""

# What is left of budget, uses and the partner's uses (NULL: no account), what `ref` holds added back.
LEFT = """
CREATE OR REPLACE FUNCTION promotions_left(promotion bigint, partner bigint, ref_ text)
RETURNS TABLE (budget numeric, uses numeric, partner_uses numeric)
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT max(l.available) FILTER (WHERE l.kind = 'promotion-budget'),
           max(l.available) FILTER (WHERE l.kind = 'promotion-uses' AND l.key = promotion::text),
           max(l.available) FILTER (WHERE l.kind = 'promotion-uses' AND l.key <> promotion::text)
      FROM (SELECT a.kind, a.key,
                   a.maximum - a.reserved - a.committed + coalesce(h.reserved + h.committed, 0)
                       AS available
              FROM capacity_account a
              LEFT JOIN capacity_hold h ON h.account_id = a.id AND h.ref = ref_
             WHERE a.kind IN ('promotion-budget', 'promotion-uses')
               AND a.key IN (promotion::text, promotion::text || ':' || partner::text)) l
$$;
"""

# Brand, categories (own and all above) and units of SKUs.
FACTS = """
CREATE OR REPLACE FUNCTION promotions_sku_facts(asked bigint[])
RETURNS TABLE (sku_id bigint, brand_id bigint, categories bigint[], units jsonb)
STABLE LANGUAGE sql AS $$
    WITH RECURSIVE above AS (
        SELECT id, parent_id, ARRAY[id] AS line FROM catalog_category WHERE parent_id IS NULL
        UNION ALL
        SELECT c.id, c.parent_id, above.line || c.id
          FROM catalog_category c JOIN above ON c.parent_id = above.id
    ), units AS (
        SELECT u.sku_id, jsonb_object_agg(u.unit, u.factor::text) AS units
          FROM catalog_units(asked) u GROUP BY u.sku_id
    )
    SELECT s.id, p.brand_id, above.line, units.units
      FROM catalog_sku s
      JOIN catalog_product p ON p.id = s.product_id
      JOIN above ON above.id = p.category_id
      JOIN units ON units.sku_id = s.id
     WHERE s.id = ANY (asked)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("promotions", "0001_initial"),
        ("network", "0002_functions"),
        ("capacity", "0002_functions"),
    ]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (VISIBLE, LEFT, FACTS)]
