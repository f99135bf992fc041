"""Background work of the audit trail."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.audit.sealing import seal_entries
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job


@job(
    name="audit.seal",
    title=_("Seal the audit trail"),
    reason="seals bind the entries of every node and no restricted role may touch them",
    cron="* * * * *",
)
def seal(progress: Progress, *, actor: Principal) -> dict[str, Any]:
    """Seal what has no seal yet, batch by batch."""
    sealed = 0
    while True:
        with transaction.atomic():
            count = seal_entries(now=timezone.now())
        if not count:
            return {"sealed": sealed}
        sealed += count
