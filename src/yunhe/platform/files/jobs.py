"""Background work of files."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.files.services import sweep_orphans
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job


@job(
    name="files.sweep_orphans",
    title=_("Remove stored files without a record"),
    reason="it compares the storage with the files of every node",
    cron="23 19 * * *",
)
def sweep(progress: Progress, *, actor: Principal) -> dict[str, Any]:
    """Remove bytes whose transaction never committed."""
    return {"removed": sweep_orphans(now=timezone.now())}
