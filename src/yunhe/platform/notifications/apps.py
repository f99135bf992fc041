from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages to people: the bell, the messages page, e-mail."""

    name = "yunhe.platform.notifications"
    label = "notifications"
