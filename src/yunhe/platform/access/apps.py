from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Nodes, roles, grants, and the database policies that follow from the models' scopes."""

    name = "yunhe.platform.access"
    label = "access"

    def ready(self) -> None:
        # Imported here: models must be loaded before the policies read them.
        from yunhe.platform.access import declared  # noqa: F401
        from yunhe.platform.access.policies import sync_policies

        post_migrate.connect(sync_policies, sender=self)
