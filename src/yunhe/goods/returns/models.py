"""Rights of return, and returns with what their inspection found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.returns.choices import SEND_DAYS, Period, ReturnStatus
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.trade.catalog.models import Brand, Category, Sku

GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}
MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
MOST_SEND_DAYS = 365


class RotationRight(models.Model):
    """A partner may return goods worth a percentage of its purchases of a period.

    With a brand or category only such goods count, as purchases and as returns. What is used is the
    capacity account of kind `returns`, key `<right>:<first day of the period>`. What is approved is
    sent within `send_days`.
    """

    scope = Scope.own("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="rotation_rights", verbose_name=_("partner")
    )
    contract = models.CharField(_("contract"), max_length=60)
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, related_name="+", verbose_name=_("brand")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="+", verbose_name=_("category")
    )
    percent = models.DecimalField(_("percent of purchases"), max_digits=5, decimal_places=2)
    damaged_percent = models.DecimalField(
        _("credit for damaged goods, percent"), max_digits=5, decimal_places=2, default=0
    )
    period = models.CharField(
        _("period"), max_length=8, choices=Period.choices, default=Period.QUARTER
    )
    send_days = models.PositiveSmallIntegerField(
        _("days to send"), default=SEND_DAYS, db_default=SEND_DAYS
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("right of return")
        verbose_name_plural = _("rights of return")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100)
                & Q(damaged_percent__gte=0, damaged_percent__lte=100),
                name="returns_right_percent",
            ),
            models.CheckConstraint(
                condition=Q(send_days__gte=1, send_days__lte=MOST_SEND_DAYS),
                name="returns_right_send_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.percent.normalize():f} %"


class Return(models.Model):
    """Goods go back from a partner to its supplier and are credited after inspection.

    Between two partners there is no right of return: the selling one decides.
    """

    scope = Scope.own("node")

    number = models.CharField(_("return"), max_length=20, unique=True)
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="goods_returns", verbose_name=_("partner")
    )
    # where the goods go back to; no constraint of scope: the partner's supplier, by the tree
    supplier = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    right = models.ForeignKey(
        RotationRight,
        models.PROTECT,
        null=True,
        related_name="returns",
        verbose_name=_("right of return"),
    )
    hold_key = models.CharField(max_length=60, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReturnStatus.choices,
        default=ReturnStatus.REQUESTED,
    )
    reason = models.CharField(_("reason"), max_length=300)
    key = models.CharField(max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    asked = models.DecimalField(_("amount asked"), **MONEY)
    credited = models.DecimalField(_("amount credited"), null=True, **MONEY)
    requested_at = models.DateTimeField(_("requested"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    send_by = models.DateField(_("send back by"), null=True)
    shipped_at = models.DateTimeField(_("sent back at"), null=True)
    inspected_at = models.DateTimeField(_("inspected"), null=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "key"], condition=~Q(key=""), name="returns_return_once"
            ),
            models.CheckConstraint(condition=Q(asked__gt=0), name="returns_asked_positive"),
        ]
        indexes = [models.Index(fields=["node", "-id"], name="returns_return_node")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("returns:detail", args=[self.pk])

    @property
    def between_partners(self) -> bool:
        """Whether a dealer takes back what it sold, without us."""
        return self.right_id is None

    @property
    def send_days(self) -> int:
        """How many days the partner has to send the goods once they are approved."""
        return self.right.send_days if self.right else SEND_DAYS

    @property
    def ref(self) -> str:
        """The reference under which stock, capacity and ledger know the return."""
        return f"return:{self.pk}"


class ReturnLine(models.Model):
    """A product that goes back, at the mean price it was bought for; good + damaged + refused is all."""

    scope = Scope.own("node")
    audited = False  # written with the return, which is audited

    document = models.ForeignKey(
        Return, models.PROTECT, related_name="lines", verbose_name=_("return")
    )
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), **GOODS)
    unit_price = models.DecimalField(_("price"), **MONEY)
    good = models.DecimalField(_("good"), null=True, **GOODS)
    damaged = models.DecimalField(_("damaged goods"), null=True, **GOODS)
    refused = models.DecimalField(_("refused"), null=True, **GOODS)

    class Meta:
        verbose_name = _("line of a return")
        verbose_name_plural = _("lines of returns")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "sku"], name="returns_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="returns_line_positive"),
            models.CheckConstraint(
                condition=Q(good__isnull=True)
                | Q(good__gte=0, damaged__gte=0, refused__gte=0)
                & Q(quantity=F("good") + F("damaged") + F("refused")),
                name="returns_line_inspected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.sku_id}"

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.unit_price
