from __future__ import annotations

from django.apps import AppConfig


class PricingConfig(AppConfig):
    """Price lists and the answer to "what does this partner pay, and why"."""

    name = "yunhe.trade.pricing"
    label = "pricing"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.trade.pricing import approvals, panels, permissions  # noqa: F401
