from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files that people send in: checked by content, stored under random names, scoped."""

    name = "yunhe.platform.files"
    label = "files"

    def ready(self) -> None:
        # Imported here: importing registers the permissions, which needs the app registry.
        from yunhe.platform.files import permissions  # noqa: F401
