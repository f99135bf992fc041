from __future__ import annotations

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    """Scarce goods are divided by a named rule; orders consume the quota."""

    name = "yunhe.goods.allocation"
    label = "allocation"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.allocation import permissions  # noqa: F401
        from yunhe.goods.allocation.gate import QuotaGate
        from yunhe.trade.orders.gates import register_gate

        register_gate(QuotaGate())
