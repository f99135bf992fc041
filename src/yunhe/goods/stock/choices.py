"""The words of stock."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StockStatus(models.TextChoices):
    """What may be done with the goods."""

    AVAILABLE = "available", _("available")
    IN_TRANSIT = "in_transit", _("in transit")
    QUARANTINE = "quarantine", _("on hold")


class Reason(models.TextChoices):
    """Why goods moved."""

    OPENING = "opening", _("opening count")
    RECEIPT = "receipt", _("warehouse receipt")
    SHIPMENT = "shipment", _("shipment")
    ARRIVAL = "arrival", _("arrival at the partner")
    SALE = "sale", _("sale")
    RETURN = "return", _("return")
    COUNT = "count", _("stock count difference")
    TRANSFER = "transfer", _("transfer")
    BLOCK = "block", _("blocking and release")
    LOSS = "loss", _("loss or damage")
