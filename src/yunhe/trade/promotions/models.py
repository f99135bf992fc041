"""Promotions, for whom they are, and the steps they took."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.models import GOVERNED
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.language import in_language
from yunhe.trade.catalog.models import Sku
from yunhe.trade.promotions.choices import Kind, PromotionStatus, Stacking, Weekday

MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
BUDGET, USES = "promotion-budget", "promotion-uses"
"""Kinds of capacity: money under the promotion's id; orders under its id and under `id:node`."""

# Promotions that the transaction may read: of its own units and those above or below them for
# headquarters, only the published ones meant for them for partners. Evaluated once a statement.
MINE = "ANY ((SELECT promotions_visible())::bigint[])"


class Promotion(models.Model):
    """A rule over the basket that holds for an audience during a half-open period.

    `definition` is read by `definition.rule_of`, `selector` holds ids of SKUs, categories, brands and
    excluded SKUs. A published promotion never changes its rule: copy it and end the old one.
    """

    scope = Scope.where(f"(id = {MINE} OR node_id = {GOVERNED})", f"node_id = {GOVERNED}")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True, db_default="")
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="promotions", verbose_name=_("run by")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    definition = models.JSONField(_("rule"), default=dict)
    selector = models.JSONField(_("products"), default=dict)
    stacking = models.CharField(
        _("stacking"), max_length=12, choices=Stacking.choices, default=Stacking.EXCLUSIVE
    )
    priority = models.SmallIntegerField(_("priority"), default=0)
    levels = ArrayField(
        models.CharField(max_length=12, choices=Level.choices),
        default=list,
        blank=True,
        verbose_name=_("channel levels"),
    )
    tiers = ArrayField(
        models.CharField(max_length=12, choices=Tier.choices),
        default=list,
        blank=True,
        verbose_name=_("tiers"),
    )
    weekdays = ArrayField(
        models.SmallIntegerField(choices=Weekday.choices),
        default=list,
        blank=True,
        verbose_name=_("days of the week"),
    )
    period = DateRangeField(_("valid"))
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    most = models.DecimalField(_("most off one order"), null=True, blank=True, **MONEY)
    budget = models.DecimalField(_("budget"), null=True, blank=True, **MONEY)
    uses = models.PositiveIntegerField(_("orders in all"), null=True, blank=True)
    partner_uses = models.PositiveIntegerField(_("orders a partner"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=PromotionStatus.choices, default=PromotionStatus.DRAFT
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="promotions_promotion_period"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="promotions_promotion_currency"
            ),
            models.CheckConstraint(
                condition=(Q(most__isnull=True) | Q(most__gt=0))
                & (Q(budget__isnull=True) | Q(budget__gt=0)),
                name="promotions_promotion_limits",
            ),
        ]
        indexes = [models.Index(fields=["status"], name="promotions_status")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("promotions:detail", args=[self.pk])

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Audience(models.Model):
    """A node in whose subtree a promotion holds: everybody, a region, a dealer with its stores."""

    scope = Scope.through("promotion", "promotions_promotion")

    promotion = models.ForeignKey(
        Promotion, models.CASCADE, related_name="audience", verbose_name=_("promotion")
    )
    place = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("valid in"))

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [
            models.UniqueConstraint(fields=["promotion", "place"], name="promotions_audience_once")
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id}@{self.place_id}"


class PriceFloor(models.Model):
    """The lowest price of a base unit that no promotion may go below; for headquarters alone."""

    scope = Scope.where(f"node_id = {GOVERNED}")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("set by"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    price = models.DecimalField(_("lowest price"), **MONEY)

    class Meta:
        verbose_name = _("price floor")
        verbose_name_plural = _("price floors")
        constraints = [
            models.UniqueConstraint(fields=["node", "sku"], name="promotions_floor_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="promotions_floor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} ≥ {self.price}"


class PromotionStep(models.Model):
    """A move a promotion made, by whom and when; the timeline of its page."""

    scope = Scope.through("promotion", "promotions_promotion").append_only()
    audited = False  # append-only: the row is its own trail

    promotion = models.ForeignKey(
        Promotion, models.PROTECT, related_name="steps", verbose_name=_("promotion")
    )
    action = models.CharField(_("action"), max_length=12)
    status = models.CharField(_("status"), max_length=10, choices=PromotionStatus.choices)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("promotion step")
        verbose_name_plural = _("promotion steps")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.promotion_id} {self.action}"
