"""The words of connectors."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """Whether a message reached the other system."""

    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    DEAD = "dead", _("given up")
    DROPPED = "dropped", _("not needed any more")


UNSENT = (MessageState.PENDING, MessageState.DEAD)
"""What did not leave, and holds back what is behind it in its thread."""


class Health(models.TextChoices):
    """How another system answers."""

    UNUSED = "unused", _("not used yet")
    WELL = "well", _("answers")
    FAILING = "failing", _("fails")
    PAUSED = "paused", _("left alone")


STATE_TONES = {
    MessageState.PENDING: "amber",
    MessageState.SENT: "green",
    MessageState.DEAD: "red",
    MessageState.DROPPED: "grey",
}
HEALTH_TONES = {
    Health.UNUSED: "grey",
    Health.WELL: "green",
    Health.FAILING: "amber",
    Health.PAUSED: "red",
}
