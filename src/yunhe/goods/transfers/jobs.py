"""What stock alerts do by themselves."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.services import refresh_alerts
from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job


@job(
    name="transfers.alerts",
    title=_("Look for stock alerts"),
    reason="it looks at the stock and sales of every partner",
    cron="50 21 * * *",
)
def watch_stock(progress: Any, *, actor: Principal) -> dict[str, int]:
    """Every morning before work: low, over, slow and near-expiry stock."""
    now = timezone.now()
    with transaction.atomic():
        alerts = refresh_alerts(on=timezone.localdate(now), actor=actor, now=now)
    return {"alerts": alerts}
