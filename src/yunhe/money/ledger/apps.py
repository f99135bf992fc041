from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The partner ledger, statements, receivables ageing and credit limits."""

    name = "yunhe.money.ledger"
    label = "ledger"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.money.ledger import permissions  # noqa: F401
