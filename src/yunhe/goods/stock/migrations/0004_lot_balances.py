"""Balances of lots follow the movements too; lots are read for picking under the balances' locks."""

from __future__ import annotations

from django.db import migrations

# Rows of a lot are touched after the balance above them was locked, so they need no lock order.
SETTLE_LOTS = """
CREATE OR REPLACE FUNCTION stock_movement_settle_lots() RETURNS trigger
SECURITY DEFINER SET search_path = public LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM added WHERE lot_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO stock_lotbalance AS b (node_id, sku_id, lot_id, status, quantity)
    SELECT node_id, sku_id, lot_id, status, sum(delta)
      FROM (SELECT source_id, sku_id, lot_id, source_status, -quantity FROM added
             WHERE source_id IS NOT NULL AND lot_id IS NOT NULL
            UNION ALL
            SELECT target_id, sku_id, lot_id, target_status, quantity FROM added
             WHERE target_id IS NOT NULL AND lot_id IS NOT NULL
           ) AS side (node_id, sku_id, lot_id, status, delta)
     GROUP BY 1, 2, 3, 4
     ORDER BY 1, 2, 3, 4
    ON CONFLICT (node_id, sku_id, status, lot_id)
    DO UPDATE SET quantity = b.quantity + excluded.quantity;
    RETURN NULL;
END $$;

-- named to fire after stock_movement_settle, which takes the locks
CREATE TRIGGER stock_movement_settle_lots AFTER INSERT ON stock_movement
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION stock_movement_settle_lots();
"""

# What shipping needs to know, in one call: whether the document moved already, whether the place
# supplies orders, how many good days the receiver wants, and the lots. It locks the balances in key
# order first, so that two shipments never pick the same goods. SECURITY DEFINER for the lock;
# callers see their own places only.
LOTS = """
CREATE OR REPLACE FUNCTION stock_lots_of(asked bigint, receiver bigint, document text, skus bigint[])
RETURNS TABLE (moved boolean, supplies boolean, keep_days integer, sku_id bigint, on_hand numeric,
               lot_id bigint, quantity numeric, expires_on date)
VOLATILE SECURITY DEFINER SET search_path = public LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('role') = 'yunhe_scoped' AND NOT asked = ANY (yunhe_nodes()) THEN
        RETURN;
    END IF;
    PERFORM 1 FROM stock_stockbalance b
      WHERE b.node_id = asked AND b.sku_id = ANY (skus) AND b.status = 'available'
      ORDER BY b.node_id, b.sku_id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH facts AS (
        SELECT EXISTS (SELECT 1 FROM stock_movement m
                        WHERE m.ref = document AND m.source_id = asked) AS moved,
               stock_supplies(asked) AS supplies,
               coalesce((SELECT s.days FROM access_node below
                           JOIN access_node above ON above.path @> below.path
                           JOIN stock_shelfliferule s ON s.node_id = above.id
                          WHERE below.id = receiver
                          ORDER BY nlevel(above.path) DESC LIMIT 1), 0)::integer AS keep_days
    )
    SELECT f.moved, f.supplies, f.keep_days, k.sku_id, coalesce(b.quantity, 0), l.lot_id,
           l.quantity, lot.expires_on
      FROM facts f
     CROSS JOIN unnest(skus) AS k (sku_id)
      LEFT JOIN stock_stockbalance b
        ON b.node_id = asked AND b.sku_id = k.sku_id AND b.status = 'available'
      LEFT JOIN stock_lotbalance l
        ON l.node_id = asked AND l.sku_id = k.sku_id AND l.status = 'available' AND l.quantity > 0
      LEFT JOIN stock_lot lot ON lot.id = l.lot_id;
END $$;
"""

# The continuous check knows the lots: a lot's balance is the sum of the movements that name it.
LOT_DIFFERENCES = """
CREATE OR REPLACE FUNCTION stock_lot_differences() RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT count(*)
      FROM stock_lotbalance b
      FULL JOIN (
            SELECT node_id, sku_id, lot_id, status, sum(delta) AS quantity
              FROM (SELECT source_id, sku_id, lot_id, source_status, -quantity FROM stock_movement
                     WHERE source_id IS NOT NULL AND lot_id IS NOT NULL
                    UNION ALL
                    SELECT target_id, sku_id, lot_id, target_status, quantity FROM stock_movement
                     WHERE target_id IS NOT NULL AND lot_id IS NOT NULL
                   ) AS side (node_id, sku_id, lot_id, status, delta)
             GROUP BY 1, 2, 3, 4) m
        ON m.node_id = b.node_id AND m.sku_id = b.sku_id AND m.lot_id = b.lot_id
       AND m.status = b.status
     WHERE coalesce(b.quantity, 0) <> coalesce(m.quantity, 0)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0003_lots")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (SETTLE_LOTS, LOTS, LOT_DIFFERENCES)
    ]
