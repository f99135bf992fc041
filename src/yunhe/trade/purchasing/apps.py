from __future__ import annotations

from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    """Purchase orders to supplier systems."""

    name = "yunhe.trade.purchasing"
    label = "purchasing"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.trade.purchasing import panels, permissions, suppliers  # noqa: F401
