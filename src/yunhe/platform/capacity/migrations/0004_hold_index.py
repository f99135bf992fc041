"""Find an account's hold of one reference by both: an account's holds grow with every order."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("capacity", "0003_whole_reference")]
    operations = [
        migrations.RemoveIndex(model_name="hold", name="capacity_hold_account"),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["account", "ref"], name="capacity_hold_account_ref"),
        ),
    ]
