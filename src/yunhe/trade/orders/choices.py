"""The words of orders."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderStatus(models.TextChoices):
    """Where an order is on its way."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    CONFIRMED = "confirmed", _("confirmed")
    SHIPPING = "shipping", _("partly shipped")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("received")
    CLOSED = "closed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    SPLIT = "split", _("split")


HOLDING = (OrderStatus.SUBMITTED, OrderStatus.CONFIRMED, OrderStatus.SHIPPING)
"""An order in these states holds credit and stock for what is not shipped yet."""

STATUS_TONES = {
    OrderStatus.DRAFT: "grey",
    OrderStatus.SUBMITTED: "amber",
    OrderStatus.CONFIRMED: "blue",
    OrderStatus.SHIPPING: "violet",
    OrderStatus.SHIPPED: "violet",
    OrderStatus.RECEIVED: "teal",
    OrderStatus.CLOSED: "green",
    OrderStatus.CANCELLED: "red",
    OrderStatus.SPLIT: "violet",
}

ADVANCE = (
    OrderStatus.DRAFT,
    OrderStatus.SUBMITTED,
    OrderStatus.CONFIRMED,
    OrderStatus.SHIPPING,
    OrderStatus.SHIPPED,
    OrderStatus.RECEIVED,
    OrderStatus.CLOSED,
)
"""From the beginning to the end: a split order is as far as the part that is least far."""


class Source(models.TextChoices):
    """Where an order was entered."""

    PORTAL = "portal", _("portal")
    CONSOLE = "console", _("console")
    API = "api", _("API")
    DERIVED = "derived", _("derived")


class Approval(models.TextChoices):
    """Whether somebody must agree before the order can be confirmed; empty when nobody must."""

    PENDING = "pending", _("waiting for approval")
    APPROVED = "approved", _("approved")


class OrderKind(models.TextChoices):
    """What kind of order it is."""

    STANDARD = "standard", _("order")
    SAMPLE = "sample", _("gifts and samples")
