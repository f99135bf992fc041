from __future__ import annotations

from django.apps import AppConfig


class RebatesConfig(AppConfig):
    """Rebate programs from published policies: accruals, settlements, signed statements."""

    name = "yunhe.money.rebates"
    label = "rebates"

    def ready(self) -> None:
        # Imported for their declarations, once the translation machinery is up.
        from yunhe.money.rebates import panels, permissions  # noqa: F401
        from yunhe.money.rebates.rules import kind  # noqa: F401
