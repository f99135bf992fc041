"""The words of the catalogue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a SKU stands in its life, and whether it may be ordered."""

    LAUNCH = "launch", _("announced")
    ACTIVE = "active", _("on sale")
    PHASE_OUT = "phase_out", _("phasing out")
    BLOCKED = "blocked", _("blocked")
    DISCONTINUED = "discontinued", _("discontinued")


ORDERABLE = (Status.ACTIVE, Status.PHASE_OUT)
"""What dealers may order; phasing-out goods only as far as the supplier's stock goes."""

STATUS_TONES: dict[str, str] = {
    Status.LAUNCH: "blue",
    Status.ACTIVE: "green",
    Status.PHASE_OUT: "amber",
    Status.BLOCKED: "red",
    Status.DISCONTINUED: "grey",
}


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


DIVISIBLE = (Unit.KILOGRAM, Unit.LITRE)
"""What is weighed or measured; of all else there are whole ones only."""


def unit_named(word: str) -> str:
    """The unit's code for its code or its name in the reader's language; "" when unknown."""
    names = {str(label).lower(): code for code, label in Unit.choices}
    return word.lower() if word.lower() in Unit.values else names.get(word.lower(), "")


class AttributeKind(models.TextChoices):
    """What values an attribute takes."""

    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    CHOICE = "choice", _("one of a list")
    FLAG = "flag", _("yes or no")


class AttributeOf(models.TextChoices):
    """What an attribute describes."""

    PRODUCT = "product", _("the product")
    SKU = "sku", _("each SKU")


class MaterialKind(models.TextChoices):
    """What a piece of marketing material is."""

    PICTURE = "picture", _("product pictures")
    POSTER = "poster", _("poster")
    VIDEO = "video", _("video")
    BROCHURE = "brochure", _("brochure")
    DISPLAY = "display", _("display guide")
    TALK = "talk", _("sales talk")
    OTHER = "other", _("other material")
