"""The words of rebates. Values are those of the kernel's documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

POLICY_READ = "policy_read"
"""The condition that a partner has confirmed the policy; every other condition is recorded by hand."""

EARLIER = "#earlier"
"""Stands in `net_of` for every rebate rule before this one in the same policy."""


class Flow(models.TextChoices):
    SELL_IN = "sell_in", _("sell-in")
    SELL_THROUGH = "sell_through", _("sell-through")
    SELL_OUT = "sell_out", _("sell-out")


class PayOn(models.TextChoices):
    AMOUNT = "amount", _("the amount")
    QUANTITY = "quantity", _("the quantity")
    INCREASE_AMOUNT = "increase_amount", _("the increase over last year")


class TierBy(models.TextChoices):
    AMOUNT = "amount", _("the amount")
    QUANTITY = "quantity", _("the quantity")
    INCREASE_AMOUNT = "increase_amount", _("the increase over last year")
    GROWTH_RATIO = "growth_ratio", _("growth over last year")
    SELL_THROUGH_RATE = "sell_through_rate", _("the sell-through rate")


RATIO_TIERS = frozenset({TierBy.GROWTH_RATIO.value, TierBy.SELL_THROUGH_RATE.value})
"""Tiers that start at a share, entered and shown in percent."""


class Mode(models.TextChoices):
    RETROSPECTIVE = "retrospective", _("the reached rate on everything")
    MARGINAL = "marginal", _("each slice at its own rate")


class RateKind(models.TextChoices):
    PERCENT = "percent", _("percent")
    PER_UNIT = "per_unit", _("amount per unit")
    FIXED = "fixed", _("fixed amount")


class Frequency(models.TextChoices):
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    FINAL = "final", _("once, at the end")


class ProgramState(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("rebate program", "active")
    FINISHED = "finished", pgettext_lazy("rebate program", "finally settled")
    REPLACED = "replaced", pgettext_lazy("rebate program", "replaced by a newer version")
    VOID = "void", pgettext_lazy("rebate program", "withdrawn before it began")


class SettlementKind(models.TextChoices):
    INTERIM = "interim", _("interim settlement")
    FINAL = "final", _("final settlement")


class SettlementState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("settlement", "draft")
    APPROVED = "approved", pgettext_lazy("settlement", "approved")
    POSTED = "posted", pgettext_lazy("settlement", "posted")
    CANCELLED = "cancelled", pgettext_lazy("settlement", "cancelled")


PROGRAM_TONES = {
    ProgramState.ACTIVE: "green",
    ProgramState.FINISHED: "blue",
    ProgramState.REPLACED: "grey",
    ProgramState.VOID: "grey",
}
SETTLEMENT_TONES = {
    SettlementState.DRAFT: "grey",
    SettlementState.APPROVED: "amber",
    SettlementState.POSTED: "green",
    SettlementState.CANCELLED: "red",
}
