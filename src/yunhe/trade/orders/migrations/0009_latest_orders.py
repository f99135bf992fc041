from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_parts")]
    operations = [
        migrations.AddIndex(
            "order", models.Index(fields=["-placed_on", "-id"], name="orders_order_latest")
        ),
    ]
