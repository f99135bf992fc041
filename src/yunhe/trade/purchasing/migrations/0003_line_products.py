"""Lines of purchase orders name their product and unit themselves."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE purchasing_purchaseline told SET sku_id = line.sku_id, unit = line.unit
  FROM orders_orderline line WHERE line.id = told.line_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0002_changes")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="purchaseline",
            name="sku",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.sku",
                verbose_name="SKU",
            ),
        ),
    ]
