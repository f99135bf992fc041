"""Frames, their lines, planned call-offs and the steps they took."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.models import GOVERNED
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import MY_NODES, Scope
from yunhe.trade.blankets.choices import (
    SHOWN_TO_PARTNERS,
    FrameStatus,
    Measure,
    PeriodUnit,
    Pricing,
)
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Category, Sku

MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
AMOUNT: dict[str, Any] = {"max_digits": 18, "decimal_places": 3}
_SHOWN = ", ".join(f"'{status.value}'" for status in SHOWN_TO_PARTNERS)
_MINE = (
    f"(supplier_id = {MY_NODES} OR node_id = {GOVERNED}"
    f" OR (node_id = {MY_NODES} AND status IN ({_SHOWN})))"
)


class Frame(models.Model):
    """What a partner will take from its supplier in a period, on which terms.

    The partner sees it once it is offered. How much call-offs hold and took stands in the capacity
    accounts `frame` of its lines.
    """

    scope = Scope.where(_MINE)

    number = models.CharField(_("blanket order"), max_length=20, unique=True)
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    supplier = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    title = models.CharField(_("subject"), max_length=120)
    status = models.CharField(
        _("status"), max_length=10, choices=FrameStatus.choices, default=FrameStatus.DRAFT
    )
    pricing = models.CharField(
        _("price"), max_length=8, choices=Pricing.choices, default=Pricing.FIXED
    )
    promotions = models.BooleanField(_("promotions count on call-offs"), default=False)
    period = DateRangeField(_("period"))
    period_unit = models.CharField(
        _("limits count by"), max_length=8, choices=PeriodUnit.choices, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    worth = models.DecimalField(_("worth"), default=0, **MONEY)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("signed by"),
    )

    class Meta:
        verbose_name = _("blanket order")
        verbose_name_plural = _("blanket orders")
        indexes = [
            models.Index(fields=["node", "-id"], name="blankets_frame_node"),
            models.Index(fields=["status"], name="blankets_frame_status"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("blankets:detail", args=[self.pk])


class FrameLine(models.Model):
    """A product, or a group of products, and how much of it.

    `total`, the limits of one call-off and those of a period are in `unit` (base units for a group)
    or, by value, in money. `price` is per `unit`, `discount` in percent off the price list of the day.
    """

    scope = Scope.through("frame", "blankets_frame")

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField(_("line"))
    sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, related_name="+", verbose_name=_("product")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="+", verbose_name=_("product group")
    )
    measure = models.CharField(
        _("counted by"), max_length=8, choices=Measure.choices, default=Measure.QUANTITY
    )
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices, blank=True)
    factor = models.DecimalField(_("base units in it"), default=1, **AMOUNT)
    total = models.DecimalField(_("total"), **AMOUNT)
    price = models.DecimalField(_("agreed price"), null=True, **MONEY)
    discount = models.DecimalField(
        _("discount in percent"), max_digits=5, decimal_places=2, default=0
    )
    call_minimum = models.DecimalField(_("at least a call-off"), null=True, **AMOUNT)
    call_maximum = models.DecimalField(_("at most a call-off"), null=True, **AMOUNT)
    period_minimum = models.DecimalField(_("at least a period"), null=True, **AMOUNT)
    period_maximum = models.DecimalField(_("at most a period"), null=True, **AMOUNT)

    class Meta:
        verbose_name = _("line of a blanket order")
        verbose_name_plural = _("lines of blanket orders")
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["frame", "row"], name="blankets_line_once"),
            models.CheckConstraint(
                condition=Q(sku__isnull=False, category__isnull=True)
                | Q(sku__isnull=True, category__isnull=False),
                name="blankets_line_subject",
            ),
            models.CheckConstraint(
                condition=Q(total__gt=0, factor__gt=0), name="blankets_positive"
            ),
            models.CheckConstraint(
                condition=Q(call_maximum__isnull=True)
                | Q(call_minimum__isnull=True)
                | Q(call_maximum__gte=F("call_minimum")),
                name="blankets_line_call",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100), name="blankets_line_discount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frame_id}/{self.row}"

    @property
    def subject(self) -> str:
        """The product or the group, in the reader's language."""
        named = self.sku or self.category
        return named.label if named else ""

    @property
    def code(self) -> str:
        named = self.sku or self.category
        return named.code if named else ""

    @property
    def key(self) -> str:
        """The key of its capacity account."""
        return str(self.pk)

    @property
    def by_value(self) -> bool:
        return self.measure == Measure.VALUE

    @property
    def unit_label(self) -> str:
        """The unit's name; the currency by value; base units of a group."""
        if self.by_value:
            return self.frame.currency
        return str(self.get_unit_display()) if self.unit else str(_("base units"))


class PlannedCall(models.Model):
    """A call-off that both sides plan for: how much of a line, on which day."""

    scope = Scope.through("frame", "blankets_frame")

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="plan")
    line = models.ForeignKey(FrameLine, models.CASCADE, related_name="plan")
    on = models.DateField(_("planned for"))
    quantity = models.DecimalField(_("quantity"), **AMOUNT)

    class Meta:
        verbose_name = _("planned call-off")
        verbose_name_plural = _("planned call-offs")
        ordering = ["on", "line__row"]
        constraints = [
            models.UniqueConstraint(fields=["line", "on"], name="blankets_plan_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="blankets_plan_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.on}"


class FrameStep(models.Model):
    """A move a frame made, by whom and when; the timeline of its page."""

    scope = Scope.through("frame", "blankets_frame").append_only()
    audited = False  # append-only: the row is its own trail

    frame = models.ForeignKey(Frame, models.PROTECT, related_name="steps")
    action = models.CharField(_("action"), max_length=12)
    status = models.CharField(_("status"), max_length=10, choices=FrameStatus.choices)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a blanket order")
        verbose_name_plural = _("steps of blanket orders")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.frame_id} {self.action}"
