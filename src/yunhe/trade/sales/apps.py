from __future__ import annotations

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """What was sold by whom to whom: sell-in, sell-through, sell-out, opening balances."""

    name = "yunhe.trade.sales"
    label = "sales"

    def ready(self) -> None:
        # Imported here: importing registers the permissions, which needs the app registry.
        from yunhe.trade.sales import permissions, price_evidence  # noqa: F401
