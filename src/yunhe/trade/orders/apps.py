from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Orders from the cart to the receipt."""

    name = "yunhe.trade.orders"
    label = "orders"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.trade.orders import own_gates, permissions, services, terms  # noqa: F401
        from yunhe.trade.orders.services import outcomes  # noqa: F401
        from yunhe.trade.pricing.evidence import register_seller

        register_seller("stock_supplier_of")
