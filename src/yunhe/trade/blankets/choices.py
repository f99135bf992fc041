"""The words of blanket orders."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

FRAME = "frame"
"""The capacity kind of frames; the key is `<line id>` for the whole line and `<line id>:<period>`
for one of its periods, in base units or, for a line by value, in money."""


class FrameStatus(models.TextChoices):
    """Where a frame stands."""

    DRAFT = "draft", _("draft")
    PENDING = "pending", _("waiting for approval")
    OFFERED = "offered", _("waiting for the partner")
    DECLINED = "declined", _("declined by the partner")
    ACTIVE = "active", _("in force")
    CLOSED = "closed", _("closed short")
    ENDED = "ended", _("ended")
    CANCELLED = "cancelled", _("cancelled")


SHOWN_TO_PARTNERS = (
    FrameStatus.OFFERED,
    FrameStatus.DECLINED,
    FrameStatus.ACTIVE,
    FrameStatus.CLOSED,
    FrameStatus.ENDED,
)

STATUS_TONES = {
    FrameStatus.DRAFT: "grey",
    FrameStatus.PENDING: "amber",
    FrameStatus.OFFERED: "violet",
    FrameStatus.DECLINED: "red",
    FrameStatus.ACTIVE: "green",
    FrameStatus.CLOSED: "grey",
    FrameStatus.ENDED: "grey",
    FrameStatus.CANCELLED: "red",
}


class Pricing(models.TextChoices):
    """Which price a call-off has."""

    FIXED = "fixed", _("fixed at signing")
    LISTED = "listed", _("price list on the day of the call-off")


class Measure(models.TextChoices):
    """In what a line is counted."""

    QUANTITY = "quantity", _("quantity")
    VALUE = "value", _("value")


class PeriodUnit(models.TextChoices):
    """The periods that minimum and maximum of a period count in."""

    NONE = "", _("no limits by period")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")


class Plan(models.TextChoices):
    """How the planned call-offs are laid out."""

    NONE = "", _("no plan")
    MONTHLY = "month", _("equal parts every month")
    QUARTERLY = "quarter", _("equal parts every quarter")


class PlanState(models.TextChoices):
    """How a planned call-off stands today."""

    DONE = "done", _("called off")
    PARTLY = "partly", _("partly called off")
    LATE = "late", _("overdue")
    AHEAD = "ahead", _("to come")


PLAN_TONES = {
    PlanState.DONE: "green",
    PlanState.PARTLY: "amber",
    PlanState.LATE: "red",
    PlanState.AHEAD: "blue",
}
