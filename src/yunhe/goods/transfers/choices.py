"""The words of stock alerts and transfers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlertKind(models.TextChoices):
    """What is wrong with a partner's stock of a product."""

    LOW = "low", _("low stock")
    OVER = "over", _("overstock")
    SLOW = "slow", _("slow-moving")
    EXPIRY = "expiry", _("near expiry")


class TransferStatus(models.TextChoices):
    """Where a transfer is on its way."""

    PROPOSED = "proposed", _("proposed")
    SENDER_AGREED = "sender", _("sender agreed")
    AGREED = "agreed", _("both agreed")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("declined")


ALERT_TONES = {
    AlertKind.LOW: "red",
    AlertKind.OVER: "amber",
    AlertKind.SLOW: "violet",
    AlertKind.EXPIRY: "amber",
}
STATUS_TONES = {
    TransferStatus.PROPOSED: "grey",
    TransferStatus.SENDER_AGREED: "amber",
    TransferStatus.AGREED: "blue",
    TransferStatus.SHIPPED: "violet",
    TransferStatus.RECEIVED: "green",
    TransferStatus.CANCELLED: "red",
}
