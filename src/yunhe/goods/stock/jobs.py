"""What stock does by itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.services import check_balances
from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job


@job(
    name="stock.check",
    title=_("Check that the stock adds up"),
    reason="it compares the balances of every place with their movements",
    cron="*/30 * * * *",
)
def check_stock(progress: Any, *, actor: Principal) -> dict[str, int]:
    """Every half hour: balances against the sum of the movements."""
    with transaction.atomic():
        run = check_balances(actor=actor, now=timezone.now())
    return {"balances": run.balances, "differences": run.differences}
