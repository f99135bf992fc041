from __future__ import annotations

from django.apps import AppConfig


class ShippingConfig(AppConfig):
    """Goods on their way to partners."""

    name = "yunhe.goods.shipping"
    label = "shipping"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.shipping import panels, permissions  # noqa: F401
