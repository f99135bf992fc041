"""The words of shipping."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentStatus(models.TextChoices):
    """Where a shipment stands."""

    PICKING = "picking", _("picking")
    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("on its way")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("cancelled")


class ClaimKind(models.TextChoices):
    """What is claimed."""

    SHORT = "short", _("short")
    DAMAGE = "damage", _("damaged")


class ClaimStatus(models.TextChoices):
    """Where a claim stands."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")


STATUS_TONES = {
    ShipmentStatus.PICKING: "amber",
    ShipmentStatus.PACKED: "blue",
    ShipmentStatus.SHIPPED: "violet",
    ShipmentStatus.RECEIVED: "green",
    ShipmentStatus.CANCELLED: "red",
}
CLAIM_TONES = {
    ClaimStatus.OPEN: "amber",
    ClaimStatus.ACCEPTED: "green",
    ClaimStatus.REJECTED: "red",
}
