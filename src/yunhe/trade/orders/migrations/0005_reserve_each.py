"""Reserve for many orders at once: each all it wants or nothing, all locks taken first and in order."""

from __future__ import annotations

from django.db import migrations

RESERVE_EACH = """
CREATE FUNCTION orders_reserve_each(refs text[], kinds text[], keys text[], quantities numeric[])
RETURNS TABLE (short_ref text, short_kind text, short_key text, asked numeric, available numeric)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one record;
    refused text := '';
BEGIN
    FOR one IN SELECT w.kind COLLATE "C" AS kind, array_agg(DISTINCT w.key) AS keys
                 FROM unnest(kinds, keys) AS w (kind, key) GROUP BY 1 ORDER BY 1
    LOOP
        PERFORM capacity_lock(one.kind, one.keys);
    END LOOP;
    FOR one IN SELECT w.ref, w.kind COLLATE "C" AS kind, array_agg(w.key) AS keys,
                      array_agg(w.quantity) AS quantities, min(w.at) AS at
                 FROM unnest(refs, kinds, keys, quantities) WITH ORDINALITY
                      AS w (ref, kind, key, quantity, at)
                GROUP BY w.ref, 2
                ORDER BY min(min(w.at)) OVER (PARTITION BY w.ref), 2
    LOOP
        IF one.ref = refused THEN
            CONTINUE;
        END IF;
        RETURN QUERY SELECT one.ref, one.kind, s.*
                       FROM capacity_reserve(one.kind, one.ref, one.keys, one.quantities) AS s;
        IF FOUND THEN
            refused := one.ref;
            PERFORM capacity_release_every(one.ref);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_depth"),
        ("workflow", "0002_functions"),
        ("capacity", "0003_whole_reference"),
        ("stock", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(RESERVE_EACH, "DROP FUNCTION orders_reserve_each"),
    ]
