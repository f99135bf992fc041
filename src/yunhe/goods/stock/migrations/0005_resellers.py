"""Dealers from whom the partners below them order."""

from __future__ import annotations

from django.db import migrations, models

# SECURITY DEFINER as before: who supplies may be known, not how that place is run.
SUPPLIER = """
CREATE OR REPLACE FUNCTION stock_supplier_of(asked bigint) RETURNS bigint
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT p.node_id
      FROM access_node below
      JOIN access_node above ON above.path @> below.path
      JOIN stock_stockplace p ON p.node_id = above.id
       AND (p.supplies OR (p.resells AND above.id <> below.id))
     WHERE below.id = asked
     ORDER BY nlevel(above.path) DESC
     LIMIT 1
$$;

CREATE OR REPLACE FUNCTION stock_resells(asked bigint) RETURNS boolean
STABLE SECURITY DEFINER SET search_path = public LANGUAGE sql AS $$
    SELECT coalesce((SELECT resells FROM stock_stockplace WHERE node_id = asked), false)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0004_lot_balances")]
    operations = [
        migrations.AddField(
            "stockplace",
            "resells",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Partners below order from it; nothing is reserved, it answers itself",
                verbose_name="takes orders of its stores",
            ),
        ),
        migrations.AddConstraint(
            "stockplace",
            models.CheckConstraint(
                condition=models.Q(("supplies", False), ("resells", False), _connector="OR"),
                name="stock_place_one_role",
            ),
        ),
        migrations.RunSQL(SUPPLIER, migrations.RunSQL.noop),
    ]
