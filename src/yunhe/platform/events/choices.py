"""The states of a delivery and of an endpoint."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


def is_accepted(status: int | None) -> bool:
    """Whether this HTTP status says that the message arrived (None: no connection)."""
    return status is not None and 200 <= status < 300


class DeliveryState(models.TextChoices):
    """One event on its way to one listener; dropped when the endpoint was deleted before it arrived."""

    PENDING = "pending", _("waiting")
    DONE = "done", _("delivered")
    DEAD = "dead", _("given up")
    DROPPED = "dropped", _("dropped")


class EndpointState(models.TextChoices):
    """Whether another system is told."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    DELETED = "deleted", _("deleted")
