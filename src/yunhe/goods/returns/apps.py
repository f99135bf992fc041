from __future__ import annotations

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Rights of return, and goods that come back, are inspected and credited."""

    name = "yunhe.goods.returns"
    label = "returns"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.returns import permissions  # noqa: F401
