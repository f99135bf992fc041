from __future__ import annotations

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """What is going to be made and when, and by when goods can be promised."""

    name = "yunhe.goods.schedule"
    label = "schedule"

    def ready(self) -> None:
        # Imported for its declarations, once the translation machinery is up.
        from yunhe.goods.schedule import permissions  # noqa: F401
