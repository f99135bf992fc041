from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Authentication, problem documents, idempotency keys, pages of results."""

    name = "yunhe.platform.api"
    label = "api"
