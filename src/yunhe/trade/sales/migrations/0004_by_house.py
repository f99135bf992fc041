"""Who stated a line: the house, or the partner itself."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0003_corrections")]
    operations = [
        migrations.AddField(
            "salesfact", "by_house", models.BooleanField(db_default=False, default=False)
        ),
    ]
