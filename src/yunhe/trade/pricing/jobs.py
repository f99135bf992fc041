"""Background work of pricing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job
from yunhe.trade.pricing.services.market import watch_retail as find_breaches


@job(
    name="pricing.watch_retail",
    title=_("Look for sales below the minimum retail price"),
    reason="compares the sales of every store with the floors of every unit",
    cron="20 * * * *",
)
def watch_retail(progress: Any, *, actor: Principal, **_arguments: Any) -> dict[str, int]:
    """Every hour; running it again finds nothing new."""
    with transaction.atomic():
        return {"found": find_breaches(now=timezone.now())}
