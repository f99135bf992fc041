from __future__ import annotations

from django.apps import AppConfig


class TransfersConfig(AppConfig):
    """Stock alerts of partners, and transfers of goods between them."""

    name = "yunhe.goods.transfers"
    label = "transfers"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.transfers import permissions  # noqa: F401
