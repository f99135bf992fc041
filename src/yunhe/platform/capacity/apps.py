from __future__ import annotations

from django.apps import AppConfig


class CapacityConfig(AppConfig):
    """Stock, credit, budgets, points, seats, quotas: accounts with a limit nobody can exceed."""

    name = "yunhe.platform.capacity"
    label = "capacity"
