"""Messages leave every minute."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.connectors.services import send_next
from yunhe.platform.jobs.registry import job

MOST = 500


@job(
    name="connectors.send",
    title=_("Send messages to other systems"),
    reason="messages of all nodes leave together",
    cron="* * * * *",
)
def send_messages(progress: Any, *, actor: Principal) -> int:
    """What is due now; each in transactions of its own."""
    sent = 0
    while sent < MOST and send_next():
        sent += 1
    return sent
