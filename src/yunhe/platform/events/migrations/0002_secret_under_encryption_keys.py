"""Webhook secrets move into encrypted text columns, which `yunhe rotate-keys` covers."""

from __future__ import annotations

from django.db import migrations

from yunhe.platform.database.encryption import EncryptedTextField

TO_TEXT = """
ALTER TABLE events_webhookendpoint
    ALTER COLUMN secret TYPE text USING convert_from(secret, 'UTF8'),
    ALTER COLUMN previous_secret TYPE text USING convert_from(previous_secret, 'UTF8');
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        migrations.RunSQL(
            TO_TEXT,
            state_operations=[
                migrations.AlterField(
                    "webhookendpoint", "secret", EncryptedTextField(editable=False)
                ),
                migrations.AlterField(
                    "webhookendpoint",
                    "previous_secret",
                    EncryptedTextField(editable=False, null=True),
                ),
            ],
        )
    ]
