"""The table of runs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.jobs.choices import RunState
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.ui.columns import (
    ComponentColumn,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.components.figures import Progress
from yunhe.platform.ui.tables import Table

TONES = {
    RunState.QUEUED: "grey",
    RunState.RUNNING: "blue",
    RunState.SUCCEEDED: "green",
    RunState.FAILED: "red",
    RunState.CANCELLED: "amber",
}


def progress_bar(run: JobRun) -> Any:
    """The run's counters as a bar; one that counts nothing is empty until it has succeeded."""
    total = run.total or max(run.done, 1)
    return Progress(
        value=run.done if run.total or run.state != RunState.SUCCEEDED else total,
        total=total,
        detail=run.told,
        tone="red" if run.state == RunState.FAILED else "teal",
        failed=run.failed,
    )


class RunTable(Table):
    """Background work."""

    title = LinkColumn(_("Job"), url="jobs:detail", source="__str__", sort="title")
    state = StatusColumn(_("State"), tones=TONES)
    progress = ComponentColumn(_("Progress"), build=progress_bar, card="text")
    failed = NumberColumn(_("Failed"))
    user = TextColumn(_("Started by"), source="user.name", sort="user__name", select=("user",))
    created_at = MomentColumn(_("Queued"), relative=True)
    finished_at = MomentColumn(_("Finished"), relative=True)
