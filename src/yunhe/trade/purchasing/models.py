"""Which supply places another company's system serves, and the purchase orders sent to it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.connectors.models import Message
from yunhe.platform.database.scope import Scope
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.purchasing.choices import ChangeState, LineAnswer, PurchaseState

GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}


class SupplierLink(models.Model):
    """Confirmed orders to this place are pushed to a supplier's system, which knows us as `account`."""

    scope = Scope.own("node")

    node = models.OneToOneField(
        Node, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("supply place")
    )
    connector = models.CharField(_("system"), max_length=40)
    account = models.CharField(_("our number at the supplier"), max_length=40)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("supplier connection")
        verbose_name_plural = _("supplier connections")

    def __str__(self) -> str:
        return f"{self.node} → {self.connector}"

    def get_absolute_url(self) -> str:
        return reverse("purchasing:links")


class PurchaseOrder(models.Model):
    """What a supplier was asked to deliver for an order, and its answer; one in force for each order."""

    scope = Scope.own("node")

    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("order"))
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("supply place"))
    number = models.CharField(_("purchase order"), max_length=30, unique=True)
    connector = models.CharField(_("system"), max_length=40)
    message = models.ForeignKey(
        Message, models.PROTECT, related_name="+", verbose_name=_("message")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PurchaseState.choices, default=PurchaseState.QUEUED
    )
    reference = models.CharField(_("the supplier's reference"), max_length=100, blank=True)
    answer_key = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(_("created"))
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state="cancelled"), name="purchasing_order_once"
            )
        ]
        indexes = [
            models.Index(fields=["connector", "id"], name="purchasing_open",
                         condition=Q(state__in=["queued", "sent"])),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("purchasing:detail", args=[self.pk])


class PurchaseLine(models.Model):
    """A line of a purchase order with what the supplier says about it."""

    scope = Scope.through("purchase", "purchasing_purchaseorder")
    audited = False  # written with its purchase order, changed by the answer that it keeps

    purchase = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines")
    # a line that is taken out of the order stays here until the supplier has agreed, and after
    line = models.ForeignKey(
        OrderLine,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("line"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    row = models.PositiveIntegerField(_("line"))
    quantity = models.DecimalField(_("quantity"), **GOODS)
    answer = models.CharField(_("answer"), max_length=2, choices=LineAnswer.choices, blank=True)
    confirmed = models.DecimalField(_("confirmed quantity"), null=True, **GOODS)
    deliver_on = models.DateField(_("delivery day"), null=True)

    class Meta:
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "row"], name="purchasing_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id}/{self.row}"


class PurchaseChange(models.Model):
    """A change or cancellation (X12 860) of a purchase order, and the supplier's answer.

    `lines` keeps {"row", "before", "after"} of every line that it changes: what holds again if it is refused.
    """

    scope = Scope.through("purchase", "purchasing_purchaseorder")

    purchase = models.ForeignKey(
        PurchaseOrder, models.PROTECT, related_name="changes", verbose_name=_("purchase order")
    )
    sequence = models.PositiveIntegerField(_("change"))
    cancels = models.BooleanField(_("cancels the whole"), default=False)
    lines = models.JSONField(_("lines"), default=list)
    message = models.ForeignKey(
        Message, models.PROTECT, related_name="+", verbose_name=_("message")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=ChangeState.choices, default=ChangeState.OPEN
    )
    reference = models.CharField(_("the supplier's reference"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created"))
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("change of a purchase order")
        verbose_name_plural = _("changes of purchase orders")
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "sequence"], name="purchasing_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id}.{self.sequence}"
