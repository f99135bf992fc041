from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_agreement_and_address"), ("stock", "0005_resellers")]
    operations = [
        migrations.AddField(
            "order",
            "between_partners",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="A partner sells it, not the manufacturer: no credit, stock or books of ours",
                verbose_name="between partners",
            ),
        ),
    ]
