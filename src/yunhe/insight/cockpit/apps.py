from __future__ import annotations

from django.apps import AppConfig


class CockpitConfig(AppConfig):
    """What changed, why, and what to do: the director's cockpit and the dealer's home."""

    name = "yunhe.insight.cockpit"
    label = "cockpit"

    def ready(self) -> None:
        # Imported here: permissions register themselves when the apps are known.
        from yunhe.insight.cockpit import permissions  # noqa: F401
