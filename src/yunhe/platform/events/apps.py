from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    """Outbox, handlers with retry and dead letters, webhooks."""

    name = "yunhe.platform.events"
    label = "events"

    def ready(self) -> None:
        # Imported here: importing registers the permissions, which needs the app registry.
        from yunhe.platform.events import permissions  # noqa: F401

        autodiscover_modules("events", "jobs")
