"""The words of promotions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a promotion does."""

    PERCENT = "percent", _("percentage off")
    AMOUNT = "amount", _("amount off")
    THRESHOLD = "threshold", _("threshold")
    BUY_GET = "buy_get", _("buy and get free goods")
    BUNDLE = "bundle", _("bundle price")
    MIX = "mix", _("mix and match")
    GIFT = "gift", _("gift to choose")


class Stacking(models.TextChoices):
    """How a promotion meets others on a line."""

    EXCLUSIVE = "exclusive", _("exclusive: the best one alone")
    ADDITIVE = "additive", _("with others, from the list amount")
    SEQUENTIAL = "sequential", _("with others, from what they leave")


class PromotionStatus(models.TextChoices):
    """Only a published promotion gives anything."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


class Weekday(models.IntegerChoices):
    """Days of the week as ISO numbers them."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class StepNote(models.TextChoices):
    """What the system notes on a step, kept as a code so that each reader has it in the own language."""

    NO_CHAIN = "no_chain", _("No approval is needed.")


STATUS_TONES = {
    PromotionStatus.DRAFT: "grey",
    PromotionStatus.SUBMITTED: "amber",
    PromotionStatus.APPROVED: "blue",
    PromotionStatus.PUBLISHED: "green",
    PromotionStatus.PAUSED: "violet",
    PromotionStatus.ENDED: "grey",
}
