"""Rules, allocations with their computed lines, and the quotas that partners see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.allocation.choices import AllocationStatus
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.language import in_language
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Sku

GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}


class QuotaRule(models.Model):
    """How scarce goods are divided, under a name that everybody can quote.

    Tier, history and health count in the ratio of their parts; `tiers` is tier -> weight; a partner gets at
    least `floor_lots`, at most `most_percent` of the supply and, with `cap_by_demand`, no more than
    it has ordered or asked for.
    """

    scope = Scope.shared()

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    tier_part = models.PositiveSmallIntegerField(_("part of the tier"), default=50)
    history_part = models.PositiveSmallIntegerField(_("part of past purchases"), default=50)
    health_part = models.PositiveSmallIntegerField(_("part of health"), default=0)
    tiers = models.JSONField(_("weights of the tiers"), default=dict)
    history_months = models.PositiveSmallIntegerField(
        _("months of past purchases"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )
    floor_lots = models.PositiveIntegerField(_("guaranteed lots"), default=0)
    most_percent = models.PositiveSmallIntegerField(
        _("at most, percent of the supply"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    cap_by_demand = models.BooleanField(_("never more than asked for"), default=False)

    class Meta:
        verbose_name = _("allocation rule")
        verbose_name_plural = _("allocation rules")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tier_part__gt=0) | Q(history_part__gt=0) | Q(health_part__gt=0),
                name="allocation_rule_parts",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Allocation(models.Model):
    """A supply of one SKU for a period, divided among the dealers below a unit.

    `node` is the place whose goods they are: orders to this supplier consume the quota. `lot` is in
    base units. Partners never see this record, only their own Quota once it is published.
    """

    scope = Scope.own("node")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    rule = models.ForeignKey(QuotaRule, models.PROTECT, verbose_name=_("rule"))
    among = models.ForeignKey(
        Node, models.PROTECT, related_name="+", verbose_name=_("dealers below")
    )
    supply = models.DecimalField(_("supply in base units"), **GOODS)
    unit = models.CharField(_("lot"), max_length=12, choices=Unit.choices)
    lot = models.DecimalField(_("base units in a lot"), **GOODS)
    period = DateRangeField(_("period"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=AllocationStatus.choices,
        default=AllocationStatus.DRAFT,
    )
    demands = models.JSONField(_("asked for"), default=dict)
    note = models.CharField(_("note"), max_length=300, blank=True)
    computed_at = models.DateTimeField(_("computed"), null=True)
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"), null=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.CheckConstraint(
                condition=Q(supply__gt=0, lot__gt=0), name="allocation_positive"
            ),
            ExclusionConstraint(
                name="allocation_one_at_a_time",
                expressions=[
                    ("node", RangeOperators.EQUAL),
                    ("sku", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status=AllocationStatus.PUBLISHED),
            ),
        ]
        indexes = [models.Index(fields=["sku", "status"], name="allocation_sku_status")]

    def __str__(self) -> str:
        return f"{self.sku} {self.period.lower:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("allocation:detail", args=[self.pk])

    @property
    def given(self) -> Decimal:
        """Base units in the lines."""
        return sum((line.quantity for line in self.lines.all()), Decimal(0))


class AllocationLine(models.Model):
    """One dealer's share with the facts it came from; `lots` may be changed by hand with a reason."""

    scope = Scope.own("supplier")

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="lines")
    supplier = models.ForeignKey(Node, models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("dealer"))
    tier = models.CharField(_("tier"), max_length=12)
    history = models.DecimalField(_("past purchases"), **GOODS)
    health = models.DecimalField(_("health"), max_digits=5, decimal_places=2, null=True)
    demand = models.DecimalField(_("asked for"), null=True, **GOODS)
    weight = models.PositiveIntegerField(_("weight"))
    ideal = models.DecimalField(_("exact share in lots"), max_digits=16, decimal_places=4)
    floor = models.PositiveIntegerField(_("guaranteed lots"))
    cap = models.PositiveIntegerField(_("at most lots"))
    computed_lots = models.PositiveIntegerField(_("computed lots"))
    lots = models.PositiveIntegerField(_("lots"))
    quantity = models.DecimalField(_("quota"), **GOODS)
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        constraints = [
            models.UniqueConstraint(fields=["allocation", "node"], name="allocation_line_once"),
            models.CheckConstraint(
                condition=Q(lots=F("computed_lots")) | ~Q(reason=""), name="allocation_line_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allocation_id}/{self.node_id}"


class Quota(models.Model):
    """What a partner may order of a scarce SKU in a period, and why so much.

    What orders hold and used stands in the capacity account `quota`, key `<allocation>:<node>`.
    """

    scope = Scope.own("node")

    allocation = models.ForeignKey(
        Allocation, models.PROTECT, related_name="quotas", db_constraint=False
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("dealer"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    unit = models.CharField(_("lot"), max_length=12, choices=Unit.choices)
    lot = models.DecimalField(_("base units in a lot"), **GOODS)
    quantity = models.DecimalField(_("quota"), **GOODS)
    period = DateRangeField(_("period"))
    facts = models.JSONField(default=dict)
    ended = models.BooleanField(_("ended"), default=False)
    returned = models.DecimalField(_("returned"), default=0, **GOODS)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            models.UniqueConstraint(fields=["allocation", "node"], name="allocation_quota_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="allocation_quota_positive"),
        ]
        indexes = [models.Index(fields=["node", "sku"], name="allocation_quota_node")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The key of its capacity account."""
        return f"{self.allocation_id}:{self.node_id}"
