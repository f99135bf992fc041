from __future__ import annotations

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Where goods are: an append-only ledger of movements and the balances that follow from it."""

    name = "yunhe.goods.stock"
    label = "stock"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.stock import panels, permissions  # noqa: F401
