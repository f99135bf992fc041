"""What shipping does by itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping.services import poll_carriers
from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job


@job(
    name="shipping.track",
    title=_("Ask carriers where shipments are"),
    reason="shipments of all partners are asked for together",
    retries=1,
    cron="*/10 * * * *",
)
def track(progress: Any, *, actor: Principal) -> int:
    """Every ten minutes; carriers that fail are left alone for a while."""
    with transaction.atomic():
        return poll_carriers(now=timezone.now())
