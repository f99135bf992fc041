from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class MetricsConfig(AppConfig):
    """The dictionary of numbers, the columnar mart behind it, and the engine that answers."""

    name = "yunhe.platform.metrics"
    label = "metrics"

    def ready(self) -> None:
        # Imported here: declarations may look at models, which must be loaded first.
        from yunhe.platform.metrics import permissions, tree  # noqa: F401  they register themselves
        from yunhe.platform.metrics.mart.watches import sync_watches

        autodiscover_modules("metrics")
        post_migrate.connect(sync_watches, sender=self)
