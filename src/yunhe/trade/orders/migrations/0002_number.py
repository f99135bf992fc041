"""Order numbers come from a sequence: no lock between orders, gaps allowed."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE orders_number", "DROP SEQUENCE orders_number")]
