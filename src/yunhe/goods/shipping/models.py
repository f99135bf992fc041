"""Shipments of orders, their packages, what carriers tell, what partners claim."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping.choices import ClaimKind, ClaimStatus, ShipmentStatus
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.files.models import FileObject
from yunhe.trade.orders.models import Order, OrderLine

GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}
BETWEEN = Scope.either("node", "supplier")


class Shipment(models.Model):
    """Goods of one order on their way from its supplier to its partner."""

    scope = BETWEEN

    number = models.CharField(_("shipment"), max_length=24, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("order"))
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    supplier = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ShipmentStatus.choices,
        default=ShipmentStatus.PICKING,
    )
    carrier = models.CharField(_("carrier"), max_length=20, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created"))
    packed_at = models.DateTimeField(_("packed at"), null=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True)
    received_at = models.DateTimeField(_("received at"), null=True)
    receiver = models.CharField(_("received by"), max_length=60, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    proof = models.ForeignKey(
        FileObject, models.PROTECT, null=True, related_name="+", verbose_name=_("proof of delivery")
    )
    signature = models.ForeignKey(
        FileObject, models.PROTECT, null=True, related_name="+", verbose_name=_("signature")
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "tracking"],
                condition=~Q(tracking=""),
                name="shipping_tracking_once",
            )
        ]
        indexes = [
            models.Index(fields=["node", "-id"], name="shipping_shipment_node"),
            models.Index(fields=["status", "-id"], name="shipping_shipment_status"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("shipping:detail", args=[self.pk])


class ShipmentLine(models.Model):
    """How much of an order line goes with the shipment, from which lots, and what arrived.

    `picks` are `{lot, expires_on, quantity}` in the order of expiry.
    """

    scope = Scope.through("shipment", "shipping_shipment")

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("base units"), **GOODS)
    picks = models.JSONField(_("lots"), default=list)
    received = models.DecimalField(_("received"), null=True, **GOODS)
    damaged = models.DecimalField(_("damaged"), default=0, **GOODS)

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        ordering = ["line__row"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipping_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipping_line_positive"),
            models.CheckConstraint(
                condition=Q(received__isnull=True)
                | Q(received__gte=0, received__lte=models.F("quantity")),
                name="shipping_line_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}/{self.line_id}"

    @property
    def missing(self) -> Decimal:
        """Base units that did not arrive; 0 before the receipt."""
        return Decimal(0) if self.received is None else self.quantity - self.received


class Package(models.Model):
    """A package with its SSCC; `contents` is shipment line -> base units."""

    scope = Scope.through("shipment", "shipping_shipment")

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="packages")
    sscc = models.CharField("SSCC", max_length=18, unique=True)
    position = models.PositiveIntegerField(_("package"))
    contents = models.JSONField(_("contents"), default=dict)
    scanned_at = models.DateTimeField(_("scanned"), null=True)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.sscc


class TrackingEvent(models.Model):
    """What a carrier told about a shipment; each of its events once."""

    scope = Scope.through("shipment", "shipping_shipment").append_only()
    audited = False  # append-only: the row is its own trail

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="events")
    key = models.CharField(max_length=60)
    at = models.DateTimeField(_("at"))
    text = models.CharField(_("event"), max_length=200)
    place = models.CharField(_("place"), max_length=80, blank=True)
    out = models.BooleanField(_("out for delivery"), default=False)
    delivered = models.BooleanField(_("delivered"), default=False)

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "key"], name="shipping_event_once")
        ]

    def __str__(self) -> str:
        return self.text


class Claim(models.Model):
    """What a partner claims of a shipment: short or damaged goods, with its value and the answer."""

    scope = BETWEEN

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="claims")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    supplier = models.ForeignKey(Node, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=ClaimKind.choices)
    status = models.CharField(
        _("status"), max_length=8, choices=ClaimStatus.choices, default=ClaimStatus.OPEN
    )
    quantities = models.JSONField(_("base units by line"), default=dict)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    photo = models.ForeignKey(
        FileObject, models.PROTECT, null=True, related_name="+", verbose_name=_("photo")
    )
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(fields=["shipment", "kind"], name="shipping_claim_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="shipping_claim_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.kind}"
