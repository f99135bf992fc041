"""Let what one reference reserves be held by others instead, in one call.

All accounts of both sides are locked first, kinds and keys in order, as everywhere: between giving
back and taking nobody else can take, and two that hand over in opposite directions do not deadlock.
"""

from __future__ import annotations

from django.db import migrations

HAND_OVER = """
CREATE FUNCTION capacity_hand_over(ref_ text, kept text[], refs text[], kinds text[], keys text[],
    quantities numeric[])
RETURNS TABLE (short_ref text, short_kind text, short_key text, asked numeric, available numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT t.kind COLLATE "C" AS kind, array_agg(DISTINCT t.key) AS keys
          FROM (SELECT w.kind, w.key FROM unnest(kinds, keys) AS w (kind, key)
                UNION SELECT a.kind, a.key FROM capacity_hold h
                        JOIN capacity_account a ON a.id = h.account_id
                       WHERE h.ref = ref_ AND h.reserved <> 0) AS t (kind, key)
         GROUP BY 1 ORDER BY 1
    LOOP
        PERFORM capacity_lock(one.kind, one.keys);
    END LOOP;
    FOR one IN
        SELECT DISTINCT a.kind COLLATE "C" AS kind FROM capacity_hold h
          JOIN capacity_account a ON a.id = h.account_id
         WHERE h.ref = ref_ AND h.reserved <> 0 AND a.kind <> ALL (kept) ORDER BY 1
    LOOP
        PERFORM capacity_settle('release', one.kind, ref_, NULL, NULL);
    END LOOP;
    FOR one IN
        SELECT w.ref, w.kind COLLATE "C" AS kind, array_agg(w.key) AS keys,
               array_agg(w.quantity) AS quantities
          FROM unnest(refs, kinds, keys, quantities) WITH ORDINALITY AS w (ref, kind, key, quantity, at)
         GROUP BY w.ref, 2 ORDER BY min(w.at), 2
    LOOP
        RETURN QUERY SELECT one.ref, one.kind, s.*
                       FROM capacity_reserve(one.kind, one.ref, one.keys, one.quantities) AS s;
    END LOOP;
END $$;
"""

HELD = """
CREATE FUNCTION capacity_held(kind_ text, ref_ text) RETURNS TABLE (held_key text, reserved numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.key, h.reserved FROM capacity_hold h JOIN capacity_account a ON a.id = h.account_id
     WHERE h.ref = ref_ AND a.kind = kind_ AND h.reserved <> 0
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("capacity", "0004_hold_index")]
    operations = [
        migrations.RunSQL(HAND_OVER, "DROP FUNCTION capacity_hand_over"),
        migrations.RunSQL(HELD, "DROP FUNCTION capacity_held"),
    ]
