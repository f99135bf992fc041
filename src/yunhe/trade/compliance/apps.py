from __future__ import annotations

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """What the law lets which partner buy where."""

    name = "yunhe.trade.compliance"
    label = "compliance"

    def ready(self) -> None:
        # Imported for their declarations, once the translation machinery is up.
        from yunhe.trade.compliance import panels, permissions  # noqa: F401
