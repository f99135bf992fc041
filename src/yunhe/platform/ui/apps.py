from __future__ import annotations

from django.apps import AppConfig
from django.db.models import BaseConstraint
from django.utils.translation import gettext_lazy


class UiConfig(AppConfig):
    """Shells, components, generic views: the design system of both faces."""

    name = "yunhe.platform.ui"
    label = "ui"

    def ready(self) -> None:
        # The registries fill themselves from modules that exist only once all apps are loaded.
        from yunhe.platform.ui import checks, components, navigation, search

        # a name of the database is no sentence
        BaseConstraint.default_violation_error_message = gettext_lazy(
            "These values do not go together or lie beyond what is possible (%(name)s)."
        )
        components.load()
        navigation.discover()
        search.discover()
        checks.register_checks()
