from __future__ import annotations

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """Organisation units and partners: who they are, where they stand and where they stood."""

    name = "yunhe.channel.network"
    label = "network"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.channel.network import permissions  # noqa: F401
        from yunhe.channel.network.choices import Level
        from yunhe.platform.workflow.kinds import register_levels

        register_levels(Level.choices)
