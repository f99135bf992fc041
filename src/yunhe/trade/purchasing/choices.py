"""The words of purchase orders."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PurchaseState(models.TextChoices):
    """Where a purchase order stands with the supplier."""

    QUEUED = "queued", _("to be sent")
    SENT = "sent", _("sent, not answered")
    ACCEPTED = "accepted", _("accepted")
    CHANGED = "changed", _("accepted with changes")
    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")


class ChangeState(models.TextChoices):
    """What became of a change or cancellation that the supplier was told.

    Merged: an earlier message, which was given up, says it when it is sent again.
    """

    OPEN = "open", _("not answered")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    MERGED = "merged", _("told by an earlier message")


class LineAnswer(models.TextChoices):
    """What the supplier says about a line; the codes are those of X12 855 ACK01."""

    ACCEPTED = "IA", _("accepted")
    CHANGED = "IC", _("accepted with changes")
    REJECTED = "IR", _("rejected")


PURCHASE_TONES = {
    PurchaseState.QUEUED: "grey",
    PurchaseState.SENT: "amber",
    PurchaseState.ACCEPTED: "green",
    PurchaseState.CHANGED: "violet",
    PurchaseState.REJECTED: "red",
    PurchaseState.CANCELLED: "grey",
}
CHANGE_TONES = {
    ChangeState.OPEN: "amber",
    ChangeState.ACCEPTED: "green",
    ChangeState.REJECTED: "red",
    ChangeState.MERGED: "grey",
}
