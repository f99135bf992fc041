"""Change all that one reference reserves, over every kind, in one call: amend, give back, use up.

Kinds are taken in alphabetical order and keys in theirs, as everywhere, so that these never deadlock
with a reservation.
"""

from __future__ import annotations

from django.db import migrations

HOLD_EXACTLY = """
-- Let a reference reserve exactly these amounts and nothing else; what it has committed stays.
-- Returns the first kind that is short, with its keys.
CREATE FUNCTION capacity_hold_exactly(ref_ text, kinds text[], keys text[], quantities numeric[])
RETURNS TABLE (short_kind text, short_key text, asked numeric, available numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kind_ text;
    wanted_keys text[];
    wanted numeric[];
BEGIN
    FOR kind_ IN
        SELECT k COLLATE "C" FROM (
            SELECT unnest(kinds) AS k
            UNION SELECT a.kind FROM capacity_hold h JOIN capacity_account a ON a.id = h.account_id
                   WHERE h.ref = ref_) AS every ORDER BY 1
    LOOP
        SELECT array_agg(m.key ORDER BY m.key), array_agg(m.quantity ORDER BY m.key)
          INTO wanted_keys, wanted
          FROM (SELECT coalesce(w.key, held.key) AS key,
                       coalesce(w.quantity, 0) + coalesce(held.committed, 0) AS quantity
                  FROM (SELECT u.key, u.quantity FROM unnest(kinds, keys, quantities)
                               AS u (kind, key, quantity) WHERE u.kind = kind_) AS w
                  FULL JOIN (SELECT a.key, h.committed FROM capacity_hold h
                               JOIN capacity_account a ON a.id = h.account_id
                              WHERE h.ref = ref_ AND a.kind = kind_) AS held
                    ON held.key = w.key) AS m;
        RETURN QUERY SELECT kind_, s.* FROM capacity_reserve(kind_, ref_, wanted_keys, wanted) AS s;
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
END $$;
"""

RELEASE_EVERY = """
-- Give back everything that a reference reserves, of every kind.
CREATE FUNCTION capacity_release_every(ref_ text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kind_ text;
BEGIN
    FOR kind_ IN
        SELECT DISTINCT a.kind COLLATE "C" FROM capacity_hold h
          JOIN capacity_account a ON a.id = h.account_id
         WHERE h.ref = ref_ AND h.reserved <> 0 ORDER BY 1
    LOOP
        PERFORM capacity_settle('release', kind_, ref_, NULL, NULL);
    END LOOP;
END $$;
"""

SETTLE_HELD = """
-- Move up to these amounts, as far as the reference reserves them, over several kinds.
CREATE FUNCTION capacity_settle_held(move text, ref_ text, kinds text[], keys text[],
    quantities numeric[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kind_ text;
    held_keys text[];
    held numeric[];
BEGIN
    FOR kind_ IN SELECT DISTINCT k COLLATE "C" FROM unnest(kinds) AS k ORDER BY 1 LOOP
        PERFORM capacity_lock(kind_, ARRAY(
            SELECT w.key FROM unnest(kinds, keys) AS w (kind, key) WHERE w.kind = kind_));
        SELECT array_agg(a.key ORDER BY a.key),
               array_agg(least(w.quantity, h.reserved) ORDER BY a.key)
          INTO held_keys, held
          FROM unnest(kinds, keys, quantities) AS w (kind, key, quantity)
          JOIN capacity_account a ON a.kind = w.kind AND a.key = w.key
          JOIN capacity_hold h ON h.account_id = a.id AND h.ref = ref_
         WHERE w.kind = kind_ AND h.reserved > 0;
        IF held_keys IS NOT NULL THEN
            PERFORM capacity_settle(move, kind_, ref_, held_keys, held);
        END IF;
    END LOOP;
END $$;
"""

FUNCTIONS = {
    HOLD_EXACTLY: "capacity_hold_exactly",
    RELEASE_EVERY: "capacity_release_every",
    SETTLE_HELD: "capacity_settle_held",
}


class Migration(migrations.Migration):
    dependencies = [("capacity", "0002_functions")]
    operations = [
        migrations.RunSQL(sql, f"DROP FUNCTION {name}") for sql, name in FUNCTIONS.items()
    ]
