"""Reads of background work."""

from __future__ import annotations

from django.db.models import QuerySet

from yunhe.platform.jobs.choices import FINISHED
from yunhe.platform.jobs.models import JobRun


def list_runs() -> QuerySet[JobRun]:
    """Runs in scope (one's own; all at headquarters), newest first."""
    return JobRun.objects.select_related("user").order_by("-id")


def open_runs() -> QuerySet[JobRun]:
    """Those that wait or run."""
    return list_runs().exclude(state__in=FINISHED)
