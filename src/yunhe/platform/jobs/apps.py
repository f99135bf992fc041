from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Jobs that can be watched, cancelled and restarted."""

    name = "yunhe.platform.jobs"
    label = "jobs"

    def ready(self) -> None:
        # Imported here: importing registers the permissions and the task, which need the registry.
        from yunhe.platform.jobs import maintenance, permissions, running  # noqa: F401

        autodiscover_modules("jobs")
