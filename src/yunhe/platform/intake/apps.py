from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IntakeConfig(AppConfig):
    """Files in: mapping, checks, staging, posting, quarantine, receipts."""

    name = "yunhe.platform.intake"
    label = "intake"

    def ready(self) -> None:
        # Imported here: importing registers the permissions, which needs the app registry.
        from yunhe.platform.intake import permissions  # noqa: F401

        autodiscover_modules("imports")
