"""A partner's default address as orders keep it: read inside the statement that writes the order."""

from __future__ import annotations

from django.db import migrations

SHIP_TO = """
CREATE OR REPLACE FUNCTION network_ship_to(asked_node bigint) RETURNS jsonb
STABLE SET search_path = public LANGUAGE sql AS $$
    SELECT jsonb_build_object('id', a.id, 'label', a.label, 'receiver', a.receiver,
                              'phone', a.phone, 'division', a.division, 'region', a.region,
                              'street', a.street)
      FROM network_deliveryaddress a
     WHERE a.node_id = asked_node AND a.is_default AND a.active
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0004_addresses")]
    operations = [migrations.RunSQL(SHIP_TO, migrations.RunSQL.noop)]
