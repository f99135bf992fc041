"""The words of the catalogue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Whether a SKU may be ordered."""

    ACTIVE = "active", _("on sale")
    BLOCKED = "blocked", _("blocked")
    DISCONTINUED = "discontinued", _("discontinued")


class Unit(models.TextChoices):
    """Units that goods are counted in, smallest first."""

    PIECE = "piece", _("piece")
    BOTTLE = "bottle", _("bottle")
    CAN = "can", _("can")
    BAG = "bag", _("bag")
    CUP = "cup", _("cup")
    BOX = "box", _("box")
    TIN = "tin", _("tin")
    ROLL = "roll", _("roll")
    KILOGRAM = "kg", _("kilogram")
    LITRE = "litre", _("litre")
    SET = "set", _("set")
    PACK = "pack", _("pack")
    CASE = "case", _("case")
    LAYER = "layer", _("layer")
    PALLET = "pallet", _("pallet")
