"""Background work of approvals."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job
from yunhe.platform.workflow.services.watching import watch_approvals


@job(
    name="workflow.watch",
    title=_("Remind of open approvals and escalate them"),
    reason="looks at every open request and at who holds which role",
    cron="*/10 * * * *",
)
def watch(progress: Progress, *, actor: Principal, **_arguments: Any) -> dict[str, int]:
    """Seats up to date, reminders, escalations."""
    return watch_approvals(now=timezone.now())
