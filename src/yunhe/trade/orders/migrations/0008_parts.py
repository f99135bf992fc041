"""Orders in parts, and the name of the place that serves one, which its partner may not see as a node."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

LABEL = """
CREATE FUNCTION orders_node_label(asked bigint, english boolean) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN english AND name_en <> '' THEN name_en ELSE name END
      FROM access_node WHERE id = asked
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_between_partners"),
    ]

    operations = [
        migrations.RunSQL(LABEL, "DROP FUNCTION orders_node_label"),
        migrations.AddField(
            model_name="order",
            name="awaiting",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="waits for production"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="follows",
            field=models.CharField(
                blank=True,
                choices=[
                    ("draft", "draft"),
                    ("submitted", "submitted"),
                    ("confirmed", "confirmed"),
                    ("shipping", "partly shipped"),
                    ("shipped", "shipped"),
                    ("received", "received"),
                    ("closed", "completed"),
                    ("cancelled", "cancelled"),
                    ("split", "split"),
                ],
                db_default="",
                default="",
                max_length=10,
                verbose_name="state of the parts",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="orders.order",
                verbose_name="part of order",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("submitted", "submitted"),
                    ("confirmed", "confirmed"),
                    ("shipping", "partly shipped"),
                    ("shipped", "shipped"),
                    ("received", "received"),
                    ("closed", "completed"),
                    ("cancelled", "cancelled"),
                    ("split", "split"),
                ],
                default="draft",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="orderstep",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("submitted", "submitted"),
                    ("confirmed", "confirmed"),
                    ("shipping", "partly shipped"),
                    ("shipped", "shipped"),
                    ("received", "received"),
                    ("closed", "completed"),
                    ("cancelled", "cancelled"),
                    ("split", "split"),
                ],
                max_length=10,
                verbose_name="status",
            ),
        ),
    ]
