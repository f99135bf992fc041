"""The PostgreSQL extensions the house uses; all are trusted, so the database owner may create them."""

from __future__ import annotations

from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [CreateExtension("ltree"), BtreeGistExtension(), TrigramExtension()]
