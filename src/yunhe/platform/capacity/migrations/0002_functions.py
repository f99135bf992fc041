"""The only writers of capacity accounts. Each locks its accounts in key order, then checks, then writes.

Every step is a statement of its own so that it sees what the lock waited for. FOR NO KEY UPDATE does
not conflict with the key-share locks that foreign keys of holds take.
"""

from __future__ import annotations

from django.db import migrations

LOCK = """
CREATE FUNCTION capacity_lock(kind_ text, keys text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM capacity_account a WHERE a.kind = kind_ AND a.key = ANY (keys)
     ORDER BY a.key FOR NO KEY UPDATE;
END $$;
"""

RESERVE = """
CREATE FUNCTION capacity_reserve(kind_ text, ref_ text, keys text[], quantities numeric[])
RETURNS TABLE (short_key text, asked numeric, available numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM capacity_lock(kind_, keys);
    RETURN QUERY
        SELECT w.key, w.quantity, greatest(coalesce(
                   a.maximum - a.reserved - a.committed + coalesce(h.reserved + h.committed, 0), 0), 0)
          FROM unnest(keys, quantities) AS w (key, quantity)
          LEFT JOIN capacity_account a ON a.kind = kind_ AND a.key = w.key
          LEFT JOIN capacity_hold h ON h.account_id = a.id AND h.ref = ref_
         WHERE a.id IS NULL
            OR a.maximum - a.reserved - a.committed
               < w.quantity - coalesce(h.reserved + h.committed, 0)
               AND w.quantity > coalesce(h.reserved + h.committed, 0)
         ORDER BY w.key;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE capacity_account a
       SET reserved = a.reserved + w.quantity - coalesce(h.reserved + h.committed, 0)
      FROM unnest(keys, quantities) AS w (key, quantity)
      JOIN capacity_account me ON me.kind = kind_ AND me.key = w.key
      LEFT JOIN capacity_hold h ON h.account_id = me.id AND h.ref = ref_
     WHERE a.id = me.id AND w.quantity <> coalesce(h.reserved + h.committed, 0);
    INSERT INTO capacity_hold AS h (account_id, ref, reserved, committed)
    SELECT a.id, ref_, w.quantity, 0
      FROM unnest(keys, quantities) AS w (key, quantity)
      JOIN capacity_account a ON a.kind = kind_ AND a.key = w.key
    ON CONFLICT (ref, account_id) DO UPDATE SET reserved = excluded.reserved - h.committed
     WHERE h.reserved <> excluded.reserved - h.committed;
END $$;
"""

SETTLE = """
-- Move what a reference holds: `commit` reserved → committed, `release` reserved → free,
-- `refund` committed → free. Without keys: all of it. Returns the keys that hold less than asked.
CREATE FUNCTION capacity_settle(move text, kind_ text, ref_ text, keys text[], quantities numeric[])
RETURNS TABLE (short_key text, asked numeric, held numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids bigint[];
    amounts numeric[];
BEGIN
    PERFORM capacity_lock(kind_, ARRAY(
        SELECT a.key FROM capacity_hold h JOIN capacity_account a ON a.id = h.account_id
         WHERE h.ref = ref_ AND a.kind = kind_ AND (keys IS NULL OR a.key = ANY (keys))));
    IF keys IS NOT NULL THEN
        RETURN QUERY
            SELECT w.key, w.quantity,
                   coalesce(CASE move WHEN 'refund' THEN h.committed ELSE h.reserved END, 0)
              FROM unnest(keys, quantities) AS w (key, quantity)
              LEFT JOIN capacity_account a ON a.kind = kind_ AND a.key = w.key
              LEFT JOIN capacity_hold h ON h.account_id = a.id AND h.ref = ref_
             WHERE w.quantity > coalesce(CASE move WHEN 'refund' THEN h.committed ELSE h.reserved END, 0)
             ORDER BY w.key;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    SELECT array_agg(a.id), array_agg(coalesce(
               w.quantity, CASE move WHEN 'refund' THEN h.committed ELSE h.reserved END))
      INTO ids, amounts
      FROM capacity_hold h
      JOIN capacity_account a ON a.id = h.account_id AND a.kind = kind_
      LEFT JOIN unnest(keys, quantities) AS w (key, quantity) ON w.key = a.key
     WHERE h.ref = ref_ AND (keys IS NULL OR w.key IS NOT NULL);
    UPDATE capacity_account a
       SET reserved = a.reserved - CASE move WHEN 'refund' THEN 0 ELSE m.amount END,
           committed = a.committed
               + CASE move WHEN 'commit' THEN m.amount WHEN 'refund' THEN -m.amount ELSE 0 END
      FROM unnest(ids, amounts) AS m (id, amount) WHERE a.id = m.id AND m.amount <> 0;
    UPDATE capacity_hold h
       SET reserved = h.reserved - CASE move WHEN 'refund' THEN 0 ELSE m.amount END,
           committed = h.committed
               + CASE move WHEN 'commit' THEN m.amount WHEN 'refund' THEN -m.amount ELSE 0 END
      FROM unnest(ids, amounts) AS m (id, amount)
     WHERE h.account_id = m.id AND h.ref = ref_ AND m.amount <> 0;
END $$;
"""

REFUND_EACH = """
CREATE FUNCTION capacity_refund_each(kind_ text, keys text[], refs text[], quantities numeric[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM capacity_lock(kind_, keys);
    WITH given AS (
        SELECT h.id, h.account_id, least(w.quantity, h.committed) AS amount
          FROM unnest(keys, refs, quantities) AS w (key, ref, quantity)
          JOIN capacity_account a ON a.kind = kind_ AND a.key = w.key
          JOIN capacity_hold h ON h.account_id = a.id AND h.ref = w.ref
    ), holds AS (
        UPDATE capacity_hold h SET committed = h.committed - g.amount FROM given g WHERE h.id = g.id
    )
    UPDATE capacity_account a SET committed = a.committed - g.amount
      FROM (SELECT account_id, sum(amount) AS amount FROM given GROUP BY account_id) g
     WHERE a.id = g.account_id AND g.amount <> 0;
END $$;
"""

LIMITS = """
-- Set limits (NULL: unlimited), creating missing accounts. Returns keys already used beyond the limit;
-- with at_least_used their limit becomes what is used instead.
CREATE FUNCTION capacity_set_limits(kind_ text, keys text[], limits numeric[], nodes bigint[],
    at_least_used boolean)
RETURNS TABLE (short_key text, asked numeric, used numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO capacity_account (kind, key, node_id, maximum, reserved, committed)
    SELECT kind_, w.key, w.node_id, w.maximum, 0, 0
      FROM unnest(keys, limits, nodes) AS w (key, maximum, node_id) ORDER BY w.key
    ON CONFLICT (kind, key) DO NOTHING;
    PERFORM capacity_lock(kind_, keys);
    RETURN QUERY
        SELECT w.key, w.maximum, a.reserved + a.committed
          FROM unnest(keys, limits) AS w (key, maximum)
          JOIN capacity_account a ON a.kind = kind_ AND a.key = w.key
         WHERE w.maximum < a.reserved + a.committed AND NOT at_least_used ORDER BY w.key;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE capacity_account a
       SET maximum = CASE WHEN w.maximum IS NOT NULL
                          THEN greatest(w.maximum, a.reserved + a.committed) END
      FROM unnest(keys, limits) AS w (key, maximum)
     WHERE a.kind = kind_ AND a.key = w.key AND a.maximum IS DISTINCT FROM w.maximum;
END $$;

-- Raise or lower limits; a missing account starts at zero. Returns keys that would fall below their use.
CREATE FUNCTION capacity_adjust_limits(kind_ text, keys text[], deltas numeric[], nodes bigint[])
RETURNS TABLE (short_key text, asked numeric, available numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO capacity_account (kind, key, node_id, maximum, reserved, committed)
    SELECT kind_, w.key, w.node_id, 0, 0, 0
      FROM unnest(keys, nodes) AS w (key, node_id) ORDER BY w.key
    ON CONFLICT (kind, key) DO NOTHING;
    PERFORM capacity_lock(kind_, keys);
    RETURN QUERY
        SELECT w.key, -w.delta, a.maximum - a.reserved - a.committed
          FROM unnest(keys, deltas) AS w (key, delta)
          JOIN capacity_account a ON a.kind = kind_ AND a.key = w.key
         WHERE a.maximum + w.delta < a.reserved + a.committed ORDER BY w.key;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE capacity_account a SET maximum = a.maximum + w.delta
      FROM unnest(keys, deltas) AS w (key, delta)
     WHERE a.kind = kind_ AND a.key = w.key AND a.maximum IS NOT NULL AND w.delta <> 0;
END $$;
"""

READ = """
-- What is left per key (NULL: unlimited); a buyer may see what its supplier has without its rows.
CREATE FUNCTION capacity_available(kind_ text, keys text[])
RETURNS TABLE (found_key text, available numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.key, a.maximum - a.reserved - a.committed
      FROM capacity_account a WHERE a.kind = kind_ AND a.key = ANY (keys)
$$;
"""

NAMES = {
    LOCK: "capacity_lock",
    RESERVE: "capacity_reserve",
    SETTLE: "capacity_settle",
    REFUND_EACH: "capacity_refund_each",
    LIMITS: "capacity_set_limits, capacity_adjust_limits",
    READ: "capacity_available",
}


class Migration(migrations.Migration):
    dependencies = [("capacity", "0001_initial")]
    operations = [migrations.RunSQL(sql, f"DROP FUNCTION {names}") for sql, names in NAMES.items()]
