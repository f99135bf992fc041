from __future__ import annotations

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Which vehicle brings which goods to whom, in which order."""

    name = "yunhe.goods.delivery"
    label = "delivery"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.delivery import permissions  # noqa: F401
