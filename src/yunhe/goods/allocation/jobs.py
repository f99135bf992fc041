"""What allocation does by itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.allocation.services import expire_due
from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job


@job(
    name="allocation.expire",
    title=_("Return unused quotas"),
    reason="allocations of every supplier end at midnight",
    retries=3,
    cron="10 16 * * *",
)
def expire(progress: Any, *, actor: Principal) -> int:
    """Ends what is over; daily shortly after midnight in China."""
    with transaction.atomic():
        return expire_due(actor=actor, now=timezone.now())
