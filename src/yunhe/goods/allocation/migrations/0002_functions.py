"""Which allocation is in force: asked inside every order, also by those who may not read it."""

from __future__ import annotations

from django.db import migrations

# An order asks with the day it was placed. An allocation that ended matters only to the orders that
# still hold its quota (`ref`): their shipment uses it up.
IN_FORCE = """
CREATE OR REPLACE FUNCTION allocation_in_force(
    asked_supplier bigint, skus bigint[], day date, asked_ref text)
RETURNS TABLE (sku_id bigint, allocation_id bigint)
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT DISTINCT ON (a.sku_id) a.sku_id, a.id
      FROM allocation_allocation a
     WHERE a.node_id = asked_supplier AND a.sku_id = ANY (skus) AND a.period @> day
       AND (a.status = 'published' OR (a.status = 'expired' AND EXISTS (
           SELECT 1 FROM capacity_hold h JOIN capacity_account c ON c.id = h.account_id
            WHERE h.ref = asked_ref AND h.reserved > 0
              AND c.kind = 'quota' AND c.key LIKE a.id || ':%')))
     ORDER BY a.sku_id, a.id DESC
$$;
"""

# Everybody who may see the quota of a dealer: people with these roles on its node.
READERS = """
CREATE OR REPLACE FUNCTION allocation_readers(asked bigint, roles text[])
RETURNS TABLE (user_id bigint)
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT DISTINCT g.user_id
      FROM allocation_quota q JOIN access_grant g ON g.node_id = q.node_id
     WHERE q.allocation_id = asked AND g.role = ANY (roles)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("allocation", "0001_initial"), ("capacity", "0001_initial")]
    operations = [migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (IN_FORCE, READERS)]
