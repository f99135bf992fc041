from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Who changed what, when, from where; sealed so that tampering shows."""

    name = "yunhe.platform.audit"
    label = "audit"

    def ready(self) -> None:
        # Imported here: models must be loaded before the triggers are derived from them.
        from yunhe.platform.audit import permissions  # noqa: F401
        from yunhe.platform.audit.triggers import sync_triggers

        post_migrate.connect(sync_triggers, sender=self)
