from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shells, components, generic views: the design system of both faces."""

    name = "yunhe.platform.ui"
    label = "ui"

    def ready(self) -> None:
        # The registries fill themselves from modules that exist only once all apps are loaded.
        from yunhe.platform.ui import checks, components, navigation, search

        components.load()
        navigation.discover()
        search.discover()
        checks.register_checks()
