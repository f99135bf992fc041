from __future__ import annotations

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Approvals: chains of steps, who decides now, what was decided."""

    name = "yunhe.platform.workflow"
    label = "workflow"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.platform.workflow import permissions  # noqa: F401
