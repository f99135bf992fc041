"""The words of returns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Period(models.TextChoices):
    """How long a right counts purchases before it begins anew."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class ReturnStatus(models.TextChoices):
    """Where a return is on its way."""

    REQUESTED = "requested", _("return requested")
    APPROVED = "approved", _("return approved")
    SHIPPED = "shipped", _("sent back")
    CREDITED = "credited", _("inspected and credited")
    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("not sent in time")


STATUS_TONES = {
    ReturnStatus.REQUESTED: "amber",
    ReturnStatus.APPROVED: "blue",
    ReturnStatus.SHIPPED: "violet",
    ReturnStatus.CREDITED: "green",
    ReturnStatus.REJECTED: "red",
    ReturnStatus.CANCELLED: "grey",
    ReturnStatus.EXPIRED: "grey",
}
GIVEN_UP = (ReturnStatus.REJECTED, ReturnStatus.CANCELLED, ReturnStatus.EXPIRED)
"""States of a return that holds nothing of its right any more."""
SEND_DAYS = 30
"""How long an approved return may be sent where no contract says otherwise."""
