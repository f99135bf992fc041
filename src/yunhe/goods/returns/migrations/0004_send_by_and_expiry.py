"""Approved returns have a last day to be sent; those approved before have 30 days from now."""

from __future__ import annotations

from django.db import migrations, models

GIVE_TIME = "UPDATE returns_return SET send_by = CURRENT_DATE + 30 WHERE status = 'approved'"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_database_objects"),
        ("catalog", "0004_alike"),
        ("returns", "0003_between_partners"),
    ]

    operations = [
        migrations.AddField(
            model_name="return",
            name="send_by",
            field=models.DateField(null=True, verbose_name="send back by"),
        ),
        migrations.AddField(
            model_name="rotationright",
            name="send_days",
            field=models.PositiveSmallIntegerField(
                db_default=30, default=30, verbose_name="days to send"
            ),
        ),
        migrations.AlterField(
            model_name="return",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "return requested"),
                    ("approved", "return approved"),
                    ("shipped", "sent back"),
                    ("credited", "inspected and credited"),
                    ("rejected", "rejected"),
                    ("cancelled", "cancelled"),
                    ("expired", "not sent in time"),
                ],
                default="requested",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="rotationright",
            constraint=models.CheckConstraint(
                condition=models.Q(("send_days__gte", 1), ("send_days__lte", 365)),
                name="returns_right_send_days",
            ),
        ),
        migrations.RunSQL(GIVE_TIME, migrations.RunSQL.noop),
    ]
