"""Pages of background work: a list, and a run that keeps itself up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.jobs import permissions, services
from yunhe.platform.jobs.choices import RunState
from yunhe.platform.jobs.filters import RunFilters
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queries import list_runs
from yunhe.platform.jobs.tables import TONES, RunTable, progress_bar
from yunhe.platform.ui.columns import MomentColumn, NumberColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    ListView,
    Page,
    TemplatePanel,
)
from yunhe.platform.ui.views.base import SIGNED_IN


class RunList(ListView):
    permission, title, face = permissions.VIEW, _("Background work"), None
    table, filters, export = RunTable, RunFilters, False
    empty = Empty(
        title=_("Nothing has run yet"),
        text=_("Imports and other long work show here."),
        icon="clock",
    )

    def get_rows(self) -> Any:
        return list_runs()


class RunProgress(TemplatePanel):
    title, icon, template_name = _("Progress"), "progress-check", "jobs/progress.html"

    def context(self) -> dict[str, Any]:
        return {"run": self.record, "bar": progress_bar(self.record)}


class RunFacts(FactsPanel):
    title, icon, side, columns = _("Run"), "info-circle", True, 1
    fields = (
        TextColumn(_("Job"), source="job"),
        TextColumn(_("Started by"), source="user.name"),
        MomentColumn(_("Queued"), source="created_at"),
        MomentColumn(_("Started"), source="started_at"),
        MomentColumn(_("Finished"), source="finished_at"),
        NumberColumn(_("Attempts"), source="attempts"),
    )


class RunDetail(DetailView):
    permission, model, face = permissions.VIEW, JobRun, None
    panels = (RunProgress, RunFacts)

    def get_queryset(self) -> Any:
        return list_runs()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Background work"), reverse("jobs:list")),)

    def get_status(self) -> Badge:
        return Badge(label=self.record.get_state_display(), tone=TONES[RunState(self.record.state)])

    def get_actions(self) -> Sequence[Button]:
        run = self.record
        if run.state == RunState.QUEUED or (run.state == RunState.RUNNING and run.cancellable):
            return (self._button("cancel", _("Stop"), "player-stop", _("Stop this job?")),)
        if run.state in (RunState.FAILED, RunState.CANCELLED):
            return (self._button("restart", _("Start again"), "refresh"),)
        return ()

    def _button(self, action: str, label: Any, icon: str, confirm: Any = "") -> Button:
        url = reverse(f"jobs:{action}", args=[self.record.pk])
        return Button(label=label, url=url, icon=icon, method="post", confirm=confirm)


class RunFragment(Page):
    """The progress of one run, for pages that show it while it runs."""

    permission, face, template_name = SIGNED_IN, None, "jobs/progress.html"

    def context(self, **extra: Any) -> dict[str, Any]:
        run = list_runs().filter(pk=self.kwargs["pk"]).first()
        return super().context(run=run, bar=progress_bar(run) if run else None, **extra)


class RunAction(ActionView):
    permission, model, face = SIGNED_IN, JobRun, None

    def get_next_url(self, result: Any) -> str:
        return reverse("jobs:detail", args=[self.record.pk])


class RunCancel(RunAction):
    permission, success_message = SIGNED_IN, _("The job will stop.")

    def perform(self) -> JobRun:
        return services.cancel_run(self.record, actor=self.principal, now=self.now)


class RunRestart(RunAction):
    permission, success_message = SIGNED_IN, _("The job starts again.")

    def perform(self) -> JobRun:
        return services.restart_run(self.record, actor=self.principal)
