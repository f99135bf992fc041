from __future__ import annotations

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Running the product: serving, health, logs, backup and restore."""

    name = "yunhe.platform.ops"
    label = "ops"
