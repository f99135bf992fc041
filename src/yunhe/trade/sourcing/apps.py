from __future__ import annotations

from django.apps import AppConfig


class SourcingConfig(AppConfig):
    """Orders are split among supply places and dispatched to dealers by a named rule."""

    name = "yunhe.trade.sourcing"
    label = "sourcing"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.trade.sourcing import panels, permissions  # noqa: F401
