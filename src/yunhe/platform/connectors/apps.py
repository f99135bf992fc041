from __future__ import annotations

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Other systems: what is sent to them, how they answer."""

    name = "yunhe.platform.connectors"
    label = "connectors"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.platform.connectors import permissions  # noqa: F401
