"""Background work of notifications (found by platform/jobs at start)."""

from __future__ import annotations

from yunhe.platform.notifications.mail import send_mail

__all__ = ["send_mail"]
