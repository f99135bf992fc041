from __future__ import annotations

from django.apps import AppConfig


class PromotionsConfig(AppConfig):
    """What orders get off and on top, and why."""

    name = "yunhe.trade.promotions"
    label = "promotions"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.trade.promotions import permissions  # noqa: F401
