"""The schema of the staging tables: out of reach of every restricted role."""

from __future__ import annotations

from django.db import migrations

CREATE = """
CREATE SCHEMA IF NOT EXISTS intake_staging;
REVOKE ALL ON SCHEMA intake_staging FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP SCHEMA IF EXISTS intake_staging CASCADE")]
