"""Units of SKUs, for other domains' own statements."""

from __future__ import annotations

from django.db import migrations

# Base units in each unit of each SKU; the base unit is one of them, with 1.
UNITS = """
CREATE OR REPLACE FUNCTION catalog_units(asked bigint[])
RETURNS TABLE (sku_id bigint, unit text, factor numeric)
STABLE LANGUAGE sql AS $$
    SELECT id, base_unit, 1::numeric FROM catalog_sku WHERE id = ANY (asked)
    UNION ALL
    SELECT sku_id, unit, factor FROM catalog_packunit WHERE sku_id = ANY (asked)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(UNITS, migrations.RunSQL.noop)]
