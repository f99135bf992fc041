"""Supply places and what they may serve, named rules, and the parts that orders were split into."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.database.scope import Scope
from yunhe.platform.language import in_language
from yunhe.trade.orders.models import Order
from yunhe.trade.sourcing.choices import CreditCause, PartState, RuleKind

WEIGHT: dict[str, Any] = {"default": 0, "validators": [MaxValueValidator(100)]}
PERCENT: dict[str, Any] = {"max_digits": 5, "decimal_places": 2, "default": 0}
MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}


class SupplyPoint(models.Model):
    """A supply place that other partners' orders may be served from: where it lies, what it may serve.

    No province named: every province; no brand named: every brand. A dealer agrees to each order
    before it is confirmed, and may serve only what it may sell itself (trade/compliance).
    """

    scope = Scope.own("node")

    node = models.OneToOneField(
        Node, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("supply place")
    )
    province = models.CharField(_("lies in"), max_length=6, blank=True)
    provinces = ArrayField(
        models.CharField(max_length=6), default=list, blank=True, verbose_name=_("serves provinces")
    )
    brands = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("serves brands")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("supply place")
        verbose_name_plural = _("supply places")
        ordering = ["node__code"]

    def __str__(self) -> str:
        return self.node.label

    def get_absolute_url(self) -> str:
        return reverse("sourcing:points")

    @property
    def is_dealer(self) -> bool:
        return self.node.kind == NodeKind.PARTNER


class SourcingRule(models.Model):
    """How an order is split, under a name that everybody can quote.

    `places` are node ids in their order, for the kind `priority`; places not named come last. The
    four weights count for the kind `weighted` alone. `fee_percent` is what a dealer that serves gets on
    top of the goods; a part keeps what it was offered with.
    """

    scope = Scope.shared()

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind of rule"), max_length=12, choices=RuleKind.choices)
    places = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name=_("order of the places")
    )
    distance = models.PositiveSmallIntegerField(_("weight of the distance"), **WEIGHT)
    stock = models.PositiveSmallIntegerField(_("weight of the stock"), **WEIGHT)
    rank = models.PositiveSmallIntegerField(_("weight of the order of the list"), **WEIGHT)
    parcel = models.PositiveSmallIntegerField(_("weight of a further shipment"), **WEIGHT)
    dealers = models.BooleanField(_("dealers serve too"), default=True)
    production = models.BooleanField(_("scheduled production counts"), default=True)
    answer_hours = models.PositiveSmallIntegerField(
        _("hours a dealer has to answer"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    fee_percent = models.DecimalField(
        _("service fee for dealers that serve, percent of the goods"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        **PERCENT,
    )
    preferred = models.BooleanField(_("used when none is chosen"), default=False)

    class Meta:
        verbose_name = _("sourcing rule")
        verbose_name_plural = _("sourcing rules")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["preferred"], condition=models.Q(preferred=True), name="sourcing_preferred"
            ),
            models.CheckConstraint(
                condition=models.Q(fee_percent__gte=0, fee_percent__lte=100),
                name="sourcing_rule_fee",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("sourcing:rules")

    @property
    def label(self) -> str:
        return in_language(self.name, self.name_en)


class Part(models.Model):
    """What a place serves of an order: the order it became, why it is this place, what it answered.

    `reasons` is line's row -> what the rule saw (`wording.why`).
    """

    scope = Scope.either("node", "supplier")

    order = models.OneToOneField(
        Order, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("order")
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    supplier = models.ForeignKey(
        Node, models.PROTECT, related_name="+", verbose_name=_("served from")
    )
    rule = models.ForeignKey(
        SourcingRule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule")
    )
    state = models.CharField(
        _("answer"), max_length=8, choices=PartState.choices, default=PartState.ASSIGNED
    )
    reasons = models.JSONField(_("reasons"), default=dict)
    sure = models.BooleanField(_("confirmed with the answer"), default=False)
    fee_percent = models.DecimalField(_("service fee, percent"), **PERCENT)
    answer_by = models.DateTimeField(_("answer until"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    remark = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("part of an order")
        verbose_name_plural = _("parts of orders")
        indexes = [
            models.Index(
                fields=["answer_by"],
                condition=models.Q(state=PartState.OFFERED),
                name="sourcing_part_due",
            ),
            models.Index(fields=["supplier", "-created_at"], name="sourcing_part_supplier"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fee_percent__gte=0, fee_percent__lte=100),
                name="sourcing_part_fee",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}"

    def get_absolute_url(self) -> str:
        return reverse("orders:detail", args=[self.order_id])


class PartCredit(models.Model):
    """What the dealer `node` was credited for a shipment that it served from its own stock.

    What did not arrive of a part is taken back in a row of its own, below zero. `goods` are at the
    dealer's own purchase price, `fee` is the part's percent of them. `lines` keeps {"row", "sku_id",
    "quantity", "amount"} of each line, in base units. `number` is the document in the ledger.
    """

    scope = Scope.own("node").read_only()

    part = models.ForeignKey(
        Part, models.PROTECT, related_name="credits", verbose_name=_("part of an order")
    )
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="+", verbose_name=_("serving dealer")
    )
    cause = models.CharField(_("what for"), max_length=8, choices=CreditCause.choices)
    shipment = models.PositiveIntegerField(_("shipment"), default=0)
    number = models.CharField(_("document"), max_length=60)
    on = models.DateField(_("business date"))
    currency = models.CharField(_("currency"), max_length=3)
    goods = models.DecimalField(_("goods at the purchase price"), **MONEY)
    fee = models.DecimalField(_("service fee"), **MONEY)
    lines = models.JSONField(_("lines"), default=list)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("credit of a serving dealer")
        verbose_name_plural = _("credits of serving dealers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "cause", "shipment"], name="sourcing_credit_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    cause=CreditCause.SHIPPED, shipment__gt=0, goods__gte=0, fee__gte=0
                )
                | models.Q(cause=CreditCause.MISSING, shipment=0, goods__lte=0, fee__lte=0),
                name="sourcing_credit_sign",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Decimal:
        """Goods and fee: what the dealer is owed more, below zero what it owes again."""
        return self.goods + self.fee
