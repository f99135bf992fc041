"""The words of stock."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StockStatus(models.TextChoices):
    """What may be done with the goods."""

    AVAILABLE = "available", _("available")
    IN_TRANSIT = "in_transit", _("in transit")
    QUARANTINE = "quarantine", _("on hold")
    DAMAGED = "damaged", _("damaged")


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


class Outside(models.TextChoices):
    """The places outside the network: what enters comes from one, what leaves goes to one."""

    SUPPLIER = "supplier", _("production and suppliers")
    CUSTOMER = "customer", _("consumers and customers")
    LOSS = "loss", _("loss and scrap")
    COUNT = "count", _("count differences")
    OPENING = "opening", _("opening stock")
    OTHER = "other", _("elsewhere")


OUTSIDE_OF = {
    Reason.RECEIPT: Outside.SUPPLIER,
    Reason.SHIPMENT: Outside.CUSTOMER,
    Reason.SALE: Outside.CUSTOMER,
    Reason.RETURN: Outside.CUSTOMER,
    Reason.LOSS: Outside.LOSS,
    Reason.COUNT: Outside.COUNT,
    Reason.OPENING: Outside.OPENING,
}
"""Reason → the virtual place on the side that has no node; any other reason: elsewhere."""
