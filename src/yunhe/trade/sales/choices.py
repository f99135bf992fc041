"""The words of sales."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Flow(models.TextChoices):
    """Between whom goods changed hands."""

    SELL_IN = "sell_in", _("sell-in")
    SELL_THROUGH = "sell_through", _("sell-through")
    SELL_OUT = "sell_out", _("sell-out")
    OPENING = "opening", _("opening balance")
