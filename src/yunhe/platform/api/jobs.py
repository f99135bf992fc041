"""Housekeeping of the API."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.api.models import IdempotencyKey
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job

KEEP = timedelta(days=7)


@job(
    name="api.prune_keys",
    title=_("Remove old idempotency keys"),
    reason="the keys of every user, which row-level security hides from everybody else",
    cron="47 18 * * *",
)
def prune_keys(progress: Progress, *, actor: Principal) -> dict[str, int]:
    """Remove answers older than a week."""
    removed, _models = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
    return {"removed": removed}
