"""Balances follow the movements in the same statement, whatever the number of rows."""

from __future__ import annotations

from django.db import migrations

# One statement-level trigger: rows that are missing appear with zero, then all rows touched are
# locked in key order (two statements never deadlock) and moved. The balance's CHECK refuses what
# would go below zero. SECURITY DEFINER: restricted roles can write movements, never balances.
SETTLE = """
CREATE OR REPLACE FUNCTION stock_movement_settle() RETURNS trigger
SECURITY DEFINER SET search_path = public LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stock_stockbalance (node_id, sku_id, status, quantity, negative_allowed)
    SELECT k.node_id, k.sku_id, k.status, 0, coalesce(p.negative_allowed, n.kind = 'partner')
      FROM (SELECT source_id, sku_id, source_status FROM added WHERE source_id IS NOT NULL
            UNION
            SELECT target_id, sku_id, target_status FROM added WHERE target_id IS NOT NULL
           ) AS k (node_id, sku_id, status)
      JOIN access_node n ON n.id = k.node_id
      LEFT JOIN stock_stockplace p ON p.node_id = k.node_id
     ORDER BY 1, 2, 3
    ON CONFLICT (node_id, sku_id, status) DO NOTHING;

    PERFORM 1
       FROM stock_stockbalance b
       JOIN (SELECT source_id, sku_id, source_status FROM added
             UNION
             SELECT target_id, sku_id, target_status FROM added
            ) AS k (node_id, sku_id, status)
         ON b.node_id = k.node_id AND b.sku_id = k.sku_id AND b.status = k.status
      ORDER BY b.node_id, b.sku_id, b.status
        FOR NO KEY UPDATE OF b;

    UPDATE stock_stockbalance b
       SET quantity = b.quantity + d.delta,
           moved_on = greatest(b.moved_on, d.moved_on),
           recorded_at = greatest(b.recorded_at, d.recorded_at)
      FROM (SELECT node_id, sku_id, status, sum(delta) AS delta, max(moved_on) AS moved_on,
                   max(recorded_at) AS recorded_at
              FROM (SELECT source_id, sku_id, source_status, -quantity, "on", recorded_at FROM added
                    UNION ALL
                    SELECT target_id, sku_id, target_status, quantity, "on", recorded_at FROM added
                   ) AS side (node_id, sku_id, status, delta, moved_on, recorded_at)
             GROUP BY node_id, sku_id, status) d
     WHERE b.node_id = d.node_id AND b.sku_id = d.sku_id AND b.status = d.status;
    RETURN NULL;
END $$;

CREATE TRIGGER stock_movement_settle AFTER INSERT ON stock_movement
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION stock_movement_settle();
"""

# Movements are facts: not even the owner role changes or deletes one.
IMMUTABLE = """
CREATE OR REPLACE FUNCTION stock_movement_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock movements are append-only: record a correction'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER stock_movement_immutable BEFORE UPDATE OR DELETE ON stock_movement
    FOR EACH STATEMENT EXECUTE FUNCTION stock_movement_refuse();
"""

# The continuous check: every key where the balance differs from the sum of its movements.
DIFFERENCES = """
CREATE OR REPLACE FUNCTION stock_differences()
RETURNS TABLE (node_id bigint, sku_id bigint, status text, balance numeric, moved numeric)
STABLE LANGUAGE sql AS $$
    SELECT coalesce(b.node_id, m.node_id), coalesce(b.sku_id, m.sku_id),
           coalesce(b.status, m.status), coalesce(b.quantity, 0), coalesce(m.quantity, 0)
      FROM stock_stockbalance b
      FULL JOIN (
            SELECT node_id, sku_id, status, sum(delta) AS quantity
              FROM (SELECT source_id, sku_id, source_status, -quantity FROM stock_movement
                     WHERE source_id IS NOT NULL
                    UNION ALL
                    SELECT target_id, sku_id, target_status, quantity FROM stock_movement
                     WHERE target_id IS NOT NULL) AS side (node_id, sku_id, status, delta)
             GROUP BY node_id, sku_id, status) m
        ON m.node_id = b.node_id AND m.sku_id = b.sku_id AND m.status = b.status
     WHERE coalesce(b.quantity, 0) <> coalesce(m.quantity, 0)
       -- a movement is visible from either side, a balance only from its own
       AND (current_setting('role') <> 'yunhe_scoped'
            OR coalesce(b.node_id, m.node_id) = ANY (yunhe_nodes()))
$$;
"""

# Whether a node supplies orders, and who supplies it: the nearest node at or above it that does.
# SECURITY DEFINER: a dealer may know where its goods come from, not how that place is run.
SUPPLY = """
CREATE OR REPLACE FUNCTION stock_supplies(asked bigint) RETURNS boolean
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce((SELECT supplies FROM stock_stockplace WHERE node_id = asked), false)
$$;

CREATE OR REPLACE FUNCTION stock_supplier_of(asked bigint) RETURNS bigint
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT p.node_id
      FROM access_node below
      JOIN access_node above ON above.path @> below.path
      JOIN stock_stockplace p ON p.node_id = above.id AND p.supplies
     WHERE below.id = asked
     ORDER BY nlevel(above.path) DESC
     LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial"), ("access", "0003_database_objects")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (SETTLE, IMMUTABLE, DIFFERENCES, SUPPLY)
    ]
