"""The serial references of SSCC: a sequence, so that no number is given twice."""

from __future__ import annotations

from django.db import migrations

SERIAL = "CREATE SEQUENCE shipping_serial"


class Migration(migrations.Migration):
    dependencies = [("shipping", "0001_initial")]
    operations = [
        migrations.RunSQL(SERIAL, "DROP SEQUENCE shipping_serial"),
    ]
