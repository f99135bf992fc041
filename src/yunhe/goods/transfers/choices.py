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


class Severity(models.IntegerChoices):
    """How pressing an alert is."""

    NOW = 3, _("act now")
    SOON = 2, _("act soon")
    WATCH = 1, _("keep an eye on it")


class TransferStatus(models.TextChoices):
    """Where a transfer is on its way."""

    PROPOSED = "proposed", _("proposed")
    SENDER_AGREED = "sender", _("sender agreed")
    RECEIVER_AGREED = "receiver", _("receiver agreed")
    AGREED = "agreed", _("both agreed")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("declined")


class Proposer(models.TextChoices):
    """Who began a transfer; a side that did has agreed to it."""

    HEADQUARTERS = "hq", _("headquarters")
    SENDER = "sender", _("the sender")
    RECEIVER = "receiver", _("the receiver")


class Approval(models.TextChoices):
    """Whether headquarters must approve, and has."""

    NONE = "none", _("not needed")
    WAITING = "waiting", _("waits for approval")
    GIVEN = "given", _("approved")


AGREED_BY = {
    Proposer.HEADQUARTERS: TransferStatus.PROPOSED,
    Proposer.SENDER: TransferStatus.SENDER_AGREED,
    Proposer.RECEIVER: TransferStatus.RECEIVER_AGREED,
}
APPROVAL_TONES = {Approval.NONE: "grey", Approval.WAITING: "amber", Approval.GIVEN: "green"}
ALERT_TONES = {
    AlertKind.LOW: "red",
    AlertKind.OVER: "amber",
    AlertKind.SLOW: "violet",
    AlertKind.EXPIRY: "amber",
}
SEVERITY_TONES = {Severity.NOW: "red", Severity.SOON: "amber", Severity.WATCH: "grey"}
STATUS_TONES = {
    TransferStatus.PROPOSED: "grey",
    TransferStatus.SENDER_AGREED: "amber",
    TransferStatus.RECEIVER_AGREED: "amber",
    TransferStatus.AGREED: "blue",
    TransferStatus.SHIPPED: "violet",
    TransferStatus.RECEIVED: "green",
    TransferStatus.CANCELLED: "red",
}
