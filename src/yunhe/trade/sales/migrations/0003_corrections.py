"""Why a line was corrected; reopening of closed periods."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_references")]
    operations = [
        migrations.AddField(
            "salesfact",
            "reason",
            models.CharField(blank=True, db_default="", max_length=300, verbose_name="reason"),
        ),
        migrations.AddField(
            "closedperiod",
            "reopens",
            models.BooleanField(default=False, verbose_name="reopened"),
        ),
        migrations.AddField(
            "closedperiod",
            "reason",
            models.CharField(blank=True, default="", max_length=300, verbose_name="reason"),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("closedperiod", "sales_closed_once"),
        migrations.AddConstraint(
            "closedperiod",
            models.CheckConstraint(
                condition=models.Q(
                    ("reopens", False), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="sales_reopened_with_reason",
            ),
        ),
    ]
