"""The words of sourcing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleKind(models.TextChoices):
    """What makes one supply place better than another."""

    PRIORITY = "priority", _("order of the list")
    NEAREST = "nearest", _("nearest first")
    MOST_STOCK = "most_stock", _("most stock first")
    FEWEST = "fewest", _("fewest shipments")
    WEIGHTED = "weighted", _("weighted")


class PartState(models.TextChoices):
    """What the place says about the part of an order that it should serve."""

    OFFERED = "offered", _("waiting for an answer")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    EXPIRED = "expired", _("not answered in time")
    ASSIGNED = "assigned", _("assigned")


PART_TONES = {
    PartState.ASSIGNED: "blue",
    PartState.OFFERED: "amber",
    PartState.ACCEPTED: "green",
    PartState.REFUSED: "red",
    PartState.EXPIRED: "red",
}


class CreditCause(models.TextChoices):
    """Why a serving dealer's account was credited, or charged."""

    SHIPPED = "shipped", _("served from own stock")
    MISSING = "missing", _("did not arrive")


CAUSE_TONES = {CreditCause.SHIPPED: "green", CreditCause.MISSING: "amber"}
