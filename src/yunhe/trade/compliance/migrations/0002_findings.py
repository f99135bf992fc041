"""Which rules concern which products for a partner, for the order path: planned once, left early."""

from __future__ import annotations

from django.db import migrations

# One row a (product, rule in force for the partner's place and level), with the best document found.
# A PL/pgSQL function keeps its plan, and leaves before any join when no rule is in force.
FINDINGS = """
CREATE OR REPLACE FUNCTION compliance_findings(asked_node bigint, asked bigint[], day date)
RETURNS TABLE (sku_id bigint, rule_id bigint, rule text, name text, name_en text, demand text,
               kind text, filed boolean, until date)
STABLE LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT 1 FROM compliance_rule r
                    WHERE r.starts_on <= day AND (r.ends_on IS NULL OR r.ends_on > day)) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH RECURSIVE place AS (
        SELECT n.path, coalesce(p.level, '') AS level, coalesce(p.province, '') AS province
          FROM access_node n LEFT JOIN network_partner p ON p.node_id = n.id
         WHERE n.id = asked_node
    ), rule AS (
        SELECT r.*, a.code AS attribute_code
          FROM compliance_rule r
          CROSS JOIN place
          LEFT JOIN catalog_attribute a ON a.id = r.attribute_id
          LEFT JOIN access_node region ON region.id = r.region_id
         WHERE r.starts_on <= day AND (r.ends_on IS NULL OR r.ends_on > day)
           AND (cardinality(r.levels) = 0 OR place.level = ANY (r.levels))
           AND (cardinality(r.provinces) = 0 OR place.province = ANY (r.provinces))
           AND (r.region_id IS NULL OR place.path <@ region.path)
    ), goods AS (
        SELECT s.id, s.product_id, p.category_id, p.attributes || s.attributes AS attributes
          FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id
         WHERE s.id = ANY (asked)
    ), above AS (
        SELECT DISTINCT g.category_id AS leaf, g.category_id AS id FROM goods g
        UNION
        SELECT above.leaf, c.parent_id FROM above JOIN catalog_category c ON c.id = above.id
         WHERE c.parent_id IS NOT NULL
    ), concerned AS (
        SELECT g.id AS sku, g.product_id, rule.*
          FROM goods g JOIN rule
            ON (rule.category_id IS NULL
                OR EXISTS (SELECT 1 FROM above WHERE above.leaf = g.category_id
                                                 AND above.id = rule.category_id))
           AND (rule.attribute_code IS NULL
                OR g.attributes ->> rule.attribute_code = rule.value)
    ), held AS (
        SELECT l.kind, nullif(max(coalesce(l.expires_on, 'infinity')), 'infinity') AS until
          FROM network_licence l
         WHERE l.node_id = asked_node AND (l.issued_on IS NULL OR l.issued_on <= day)
         GROUP BY l.kind
    ), registered AS (
        SELECT c.product_id, g.kind, nullif(max(coalesce(g.expires_on, 'infinity')), 'infinity') AS until
          FROM (SELECT DISTINCT concerned.product_id FROM concerned
                 WHERE concerned.demand = 'registration') c
          CROSS JOIN place
          JOIN compliance_registration g ON g.product_id = c.product_id
           AND (g.issued_on IS NULL OR g.issued_on <= day)
           AND (cardinality(g.provinces) = 0 OR place.province = ANY (g.provinces))
         GROUP BY c.product_id, g.kind
    )
    SELECT c.sku, c.id, c.code::text, c.name::text, c.name_en::text, c.demand::text,
           CASE c.demand WHEN 'registration' THEN c.registration_kind ELSE c.licence_kind END::text,
           CASE c.demand WHEN 'registration' THEN registered.kind IS NOT NULL
                         ELSE held.kind IS NOT NULL END,
           CASE c.demand WHEN 'registration' THEN registered.until ELSE held.until END
      FROM concerned c
      LEFT JOIN held ON c.demand = 'licence' AND held.kind = c.licence_kind
      LEFT JOIN registered ON c.demand = 'registration' AND registered.product_id = c.product_id
                          AND registered.kind = c.registration_kind;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0001_initial"),
        ("catalog", "0003_depth"),
        ("network", "0002_functions"),
    ]
    operations = [migrations.RunSQL(FINDINGS, migrations.RunSQL.noop)]
