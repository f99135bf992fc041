"""What the catalogue does by itself every night."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job
from yunhe.trade.catalog.services import release_due


@job(
    name="catalog.release",
    title=_("Put announced products on sale"),
    reason="products have no owner whose rights it could borrow",
    cron="2 16 * * *",  # two minutes past midnight in Shanghai
)
def release(progress: Any, *, actor: Principal) -> None:
    """Announced products go on sale on their day."""
    with transaction.atomic():
        release_due(now=timezone.now())
