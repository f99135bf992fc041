"""The numbers of delivery plans: a sequence, so that no number is given twice."""

from __future__ import annotations

from django.db import migrations

NUMBER = "CREATE SEQUENCE delivery_number"


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial")]
    operations = [
        migrations.RunSQL(NUMBER, "DROP SEQUENCE delivery_number"),
    ]
