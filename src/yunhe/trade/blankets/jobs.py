"""What frames do by themselves every night."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job
from yunhe.trade.blankets.services import end_due, warn_due


@job(
    name="blankets.end",
    title=_("End blanket orders and warn before"),
    reason="frames of every partner end at midnight, and both sides are told before",
    retries=3,
    cron="20 16 * * *",  # shortly after midnight in Shanghai
)
def end_and_warn(progress: Any, *, actor: Principal) -> dict[str, int]:
    """Ends what is over, then warns; running it again changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        return {"ended": end_due(actor=actor, now=now), "told": warn_due(now=now)}
