"""The words of the production schedule."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Progress(models.TextChoices):
    """How far a scheduled production is; follows from its dates."""

    PLANNED = "planned", _("scheduled")
    CONFIRMED = "confirmed", _("confirmed")
    STARTED = "started", _("in production")
    FINISHED = "finished", _("produced")
    LATE = "late", _("late")


PROGRESS_TONES = {
    Progress.PLANNED: "grey",
    Progress.CONFIRMED: "blue",
    Progress.STARTED: "violet",
    Progress.FINISHED: "green",
    Progress.LATE: "red",
}
