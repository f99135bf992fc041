from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Stock reports of partners: counts, their check against the documents, credibility."""

    name = "yunhe.goods.reports"
    label = "reports"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.reports import panels, permissions  # noqa: F401
