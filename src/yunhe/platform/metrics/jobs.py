"""Background work of the mart."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import Text
from yunhe.platform.jobs.progress import Progress
from yunhe.platform.jobs.registry import job


@job(
    name="metrics.refresh",
    title=_("Refresh the mart"),
    reason="the mart holds the rows of every node; its readers' scope is applied by the engine",
    cron="* * * * *",
)
def refresh(progress: Progress, *, actor: Principal, full: bool = False) -> dict[str, Any]:
    """Rebuild the months that changed; `full` rebuilds everything."""
    # arrow and numpy: a second of start-up that only this job needs
    from yunhe.platform.metrics.mart.refresh import refresh_mart

    def report(done: int, total: int, name: Text) -> None:
        if done == 1:
            progress.start(total)
        progress.advance(message=name)

    refreshed = refresh_mart(now=timezone.now(), full=full, report=report)
    return {"parts": refreshed.parts, "rows": refreshed.rows, "version": refreshed.version}
