"""Upkeep of the ground floor that no domain below the jobs can declare itself."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.accounts.services.upkeep import clear_expired
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job


@job(
    name="accounts.clear_expired",
    title=_("Remove ended sessions"),
    reason="sessions are private and throttle counters belong to nobody",
    cron="41 * * * *",
)
def clear(progress: Progress, *, actor: Principal) -> dict[str, Any]:
    """Delete sessions and sign-in counters that are over."""
    return {"removed": clear_expired(now=timezone.now())}
