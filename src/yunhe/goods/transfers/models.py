"""Rules and alerts of partners' stock, and transfers of goods between partners."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.goods.transfers.choices import (
    AlertKind,
    Approval,
    Proposer,
    Severity,
    TransferStatus,
)
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.trade.catalog.models import Sku

GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}
MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
BETWEEN = Scope.either("sender", "receiver")


class AlertRule(models.Model):
    """When a partner at or below `node` (of a level, of a tier; empty: any) is warned.

    The rule of the nearest node counts; at one node a rule with a tier comes before one with a level,
    and that before one with neither. 0 switches a warning off.
    """

    scope = Scope.published("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="alert_rules", verbose_name=_("partner or region")
    )
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, blank=True)
    low_days = models.PositiveSmallIntegerField(_("low below days of stock"), default=7)
    over_days = models.PositiveSmallIntegerField(_("over above days of stock"), default=60)
    slow_days = models.PositiveSmallIntegerField(_("slow after days without a sale"), default=45)
    expiry_days = models.PositiveSmallIntegerField(_("expiry within days"), default=30)

    class Meta:
        verbose_name = _("rule of stock alerts")
        verbose_name_plural = _("rules of stock alerts")
        constraints = [
            models.UniqueConstraint(fields=["node", "level", "tier"], name="transfers_rule_once"),
            models.CheckConstraint(
                condition=Q(over_days=0) | Q(over_days__gt=F("low_days")),
                name="transfers_rule_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.level} {self.tier}".strip()


class SafetyStock(models.Model):
    """The base units of a product that a partner does not want to fall below, sold or not."""

    scope = Scope.own("node")

    node = models.ForeignKey(
        Node,
        models.PROTECT,
        related_name="safety_stocks",
        db_index=False,
        verbose_name=_("partner"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("safety stock"), **GOODS)

    class Meta:
        verbose_name = _("safety stock")
        verbose_name_plural = _("safety stocks")
        constraints = [
            models.UniqueConstraint(fields=["node", "sku"], name="transfers_safety_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="transfers_safety_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id}:{self.sku_id} {self.quantity}"


class StockAlert(models.Model):
    """What the last look at a partner's stock found. `days` of stock, without a sale, or to expiry."""

    scope = Scope.own("node").read_only()
    audited = False  # computed anew by the job

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="stock_alerts", verbose_name=_("partner")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    kind = models.CharField(_("alert"), max_length=8, choices=AlertKind.choices)
    quantity = models.DecimalField(_("quantity"), **GOODS)
    days = models.IntegerField(_("days"), null=True)
    amount = models.DecimalField(_("to order or to give away"), default=0, **GOODS)
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity.choices, default=Severity.WATCH
    )
    since = models.DateField(_("since"))
    on = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("stock alert")
        verbose_name_plural = _("stock alerts")
        constraints = [
            models.UniqueConstraint(fields=["node", "sku", "kind"], name="transfers_alert_once")
        ]

    def __str__(self) -> str:
        return f"{self.node_id}:{self.sku_id} {self.kind}"


class TransferTerms(models.Model):
    """What holds for transfers that partners at or below `node` propose; the nearest node's count.

    Of the two sides the stricter terms do. `approve_from`: headquarters approves transfers worth so
    much or more (0: every one, empty: none).
    """

    scope = Scope.published("node")

    node = models.OneToOneField(
        Node, models.PROTECT, related_name="+", verbose_name=_("partner or region")
    )
    partners_propose = models.BooleanField(_("partners may propose transfers"), default=True)
    approve_from = models.DecimalField(
        _("headquarters approves from"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("terms of transfers")
        verbose_name_plural = _("terms of transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(approve_from__isnull=True) | Q(approve_from__gte=0),
                name="transfers_terms_amount",
            )
        ]

    def __str__(self) -> str:
        return str(self.node)


class Transfer(models.Model):
    """Goods go from one partner to another, both agreeing, charged at the agreed price."""

    scope = BETWEEN

    number = models.CharField(_("transfer"), max_length=20, unique=True)
    sender = models.ForeignKey(
        Node, models.PROTECT, related_name="transfers_out", verbose_name=_("sender")
    )
    receiver = models.ForeignKey(
        Node, models.PROTECT, related_name="transfers_in", verbose_name=_("receiver")
    )
    # Neither side may see the other's node; the names are what the papers say.
    sender_name = models.CharField(_("sender's name"), max_length=120)
    receiver_name = models.CharField(_("receiver's name"), max_length=120)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=TransferStatus.choices,
        default=TransferStatus.PROPOSED,
    )
    proposer = models.CharField(
        _("begun by"), max_length=8, choices=Proposer.choices, default=Proposer.HEADQUARTERS
    )
    approval = models.CharField(
        _("approval of headquarters"),
        max_length=8,
        choices=Approval.choices,
        default=Approval.NONE,
    )
    note = models.CharField(_("reason"), max_length=300, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    created_at = models.DateTimeField(_("proposed"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")), name="transfers_transfer_two_sides"
            )
        ]
        indexes = [
            models.Index(fields=["sender", "-id"], name="transfers_out"),
            models.Index(fields=["receiver", "-id"], name="transfers_in"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("transfers:detail", args=[self.pk])

    @property
    def ref(self) -> str:
        """The reference under which stock and ledger know the transfer."""
        return f"transfer:{self.pk}"


class TransferLine(models.Model):
    """A product, how much of it, and the price that both agree on, in base units."""

    scope = BETWEEN
    audited = False  # written once; received quantities move with the recorded steps

    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="lines", verbose_name=_("transfer")
    )
    sender = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    receiver = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), **GOODS)
    unit_price = models.DecimalField(_("price"), **MONEY)
    received = models.DecimalField(_("received"), null=True, **GOODS)

    class Meta:
        verbose_name = _("line of a transfer")
        verbose_name_plural = _("lines of transfers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "sku"], name="transfers_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0), name="transfers_line_positive"
            ),
            models.CheckConstraint(
                condition=Q(received__isnull=True)
                | Q(received__gte=0, received__lte=F("quantity")),
                name="transfers_line_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.sku_id}"

    @property
    def amount(self) -> Decimal:
        """Of what arrived, or before that of what was agreed."""
        quantity = self.quantity if self.received is None else self.received
        return quantity * self.unit_price


class TransferStep(models.Model):
    """A step of a transfer, by whom and when."""

    scope = BETWEEN.append_only()
    audited = False  # append-only: the row is its own trail

    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="steps", verbose_name=_("transfer")
    )
    sender = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    receiver = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    action = models.CharField(_("action"), max_length=10)
    status = models.CharField(_("status"), max_length=10, choices=TransferStatus.choices)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = _("transfer step")
        verbose_name_plural = _("transfer steps")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.action}"
