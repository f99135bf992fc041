"""A dealer that supplies others orders from the place above it, not from itself."""

from __future__ import annotations

from django.db import migrations

# SECURITY DEFINER as before: who supplies may be known, not how that place is run.
SUPPLIER = """
CREATE OR REPLACE FUNCTION stock_supplier_of(asked bigint) RETURNS bigint
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT p.node_id
      FROM access_node below
      JOIN access_node above ON above.path @> below.path
      JOIN stock_stockplace p ON p.node_id = above.id AND (p.supplies OR p.resells)
     WHERE below.id = asked AND NOT (above.id = below.id AND below.kind = 'partner')
     ORDER BY nlevel(above.path) DESC
     LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0005_resellers"), ("access", "0003_database_objects")]
    operations = [migrations.RunSQL(SUPPLIER, migrations.RunSQL.noop)]
