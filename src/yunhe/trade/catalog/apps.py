from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Brands, categories, products, SKUs and their packs."""

    name = "yunhe.trade.catalog"
    label = "catalog"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.trade.catalog import permissions  # noqa: F401
