"""The words of delivery planning."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanStatus(models.TextChoices):
    """Where a delivery plan stands."""

    DRAFT = "draft", _("draft")
    SOLVED = "solved", _("routes ready")
    RELEASED = "released", _("released")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class TourStatus(models.TextChoices):
    """Where a vehicle's tour stands."""

    PLANNED = "planned", _("not left yet")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")


class StopStatus(models.TextChoices):
    """Where a stop stands."""

    PLANNED = "planned", _("still to come")
    ARRIVED = "arrived", _("arrived")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("not delivered")


class Ownership(models.TextChoices):
    """Whose vehicle it is."""

    OWN = "own", _("own")
    HIRED = "hired", _("hired")


class Unserved(models.TextChoices):
    """Why a stop is on no vehicle."""

    WAITING = "waiting", _("not planned yet")
    BY_HAND = "by_hand", _("taken off by hand")
    NO_PLACE = "no_place", _("the receiver has no coordinates yet")
    WINDOW = "window", _("no vehicle can be there in the receiving hours")
    FULL = "full", _("the vehicles of the day are full")
    TOO_BIG_CASES = "too_big_cases", _("more cases than the largest vehicle takes")
    TOO_BIG_GRAMS = "too_big_grams", _("heavier than the largest vehicle may carry")
    TOO_BIG_MILLILITRES = "too_big_millilitres", _("more volume than the largest vehicle takes")


OPEN_STATUSES = (PlanStatus.DRAFT, PlanStatus.SOLVED)
RUNNING_STATUSES = (PlanStatus.RELEASED, PlanStatus.UNDER_WAY)
VISITED = (StopStatus.DELIVERED, StopStatus.FAILED)

PLAN_TONES = {
    PlanStatus.DRAFT: "grey",
    PlanStatus.SOLVED: "blue",
    PlanStatus.RELEASED: "violet",
    PlanStatus.UNDER_WAY: "amber",
    PlanStatus.DONE: "green",
    PlanStatus.CANCELLED: "red",
}
TOUR_TONES = {
    TourStatus.PLANNED: "grey",
    TourStatus.UNDER_WAY: "amber",
    TourStatus.DONE: "green",
}
STOP_TONES = {
    StopStatus.PLANNED: "grey",
    StopStatus.ARRIVED: "amber",
    StopStatus.DELIVERED: "green",
    StopStatus.FAILED: "red",
}
