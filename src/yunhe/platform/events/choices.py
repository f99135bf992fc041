"""The states of a delivery."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """One event on its way to one listener."""

    PENDING = "pending", _("waiting")
    DONE = "done", _("delivered")
    DEAD = "dead", _("given up")
