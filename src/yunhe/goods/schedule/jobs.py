"""What the schedule does by itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.queries import promised_places
from yunhe.goods.schedule.services import repromise
from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job


@job(
    name="schedule.watch_promises",
    title=_("Move promises on late production"),
    reason="promises to all partners move together",
    cron="5 17 * * *",
)
def watch_promises(progress: Any, *, actor: Principal) -> int:
    """Every day after midnight in China: production of yesterday that is not finished is late."""
    moved = 0
    for place_id, skus in promised_places().items():
        with transaction.atomic():
            moved += repromise(place_id, skus, now=timezone.now())
    return moved
