"""One row per piece of background work that somebody may want to watch."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import MY_USER, Scope
from yunhe.platform.events.identity import new_id
from yunhe.platform.jobs.choices import FINISHED, RunState
from yunhe.platform.jobs.registry import job_named


class JobRun(models.Model):
    """A job on its way: who started it, how far it is, what it says. The id is made by the caller."""

    scope = Scope.where(f"user_id = {MY_USER}")
    audited = False  # changes with every progress report; what the job does is audited itself

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.CharField(_("job"), max_length=100)
    key = models.CharField(max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    arguments = models.JSONField(_("arguments"), default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RunState.choices, default=RunState.QUEUED
    )
    total = models.PositiveBigIntegerField(_("total"), null=True)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    failed = models.PositiveBigIntegerField(_("failed"), default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(_("result"), default=dict)
    cancellable = models.BooleanField(default=False)
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "key"],
                name="jobs_one_open_run_per_key",
                condition=models.Q(state__in=["queued", "running"]) & ~models.Q(key=""),
            )
        ]

    def __str__(self) -> str:
        job = job_named(self.job)
        return self.title or (str(job.title) if job else self.job)

    @property
    def told(self) -> str:
        """What the job last said, in the reader's language."""
        return gettext(self.message) if self.message else ""

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    @property
    def percent(self) -> int | None:
        """Whole percent done; None while the total is unknown."""
        if self.state == RunState.SUCCEEDED:
            return 100
        return None if not self.total else min(100, 100 * self.done // self.total)
