"""Lists of entries read their latest page from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_clawback")]
    operations = [
        migrations.AddIndex(
            "entry", models.Index(fields=["-on", "-id"], name="ledger_entry_latest")
        ),
    ]
