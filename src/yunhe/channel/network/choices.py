"""The words of the network."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """How far from the manufacturer a partner stands in the channel."""

    DEALER = "dealer", _("dealer")
    SUB_DEALER = "sub_dealer", _("sub-dealer")
    STORE = "store", _("store")


class Tier(models.TextChoices):
    """How much attention and benefit a partner gets."""

    CORE = "core", _("core")
    GROWTH = "growth", _("growth")
    OBSERVATION = "observation", _("observation")


class LicenceKind(models.TextChoices):
    """Qualification documents that a partner files."""

    BUSINESS = "business", _("business licence")
    FOOD = "food", _("food operation licence")
    ALCOHOL = "alcohol", _("alcohol distribution filing")
    MEDICAL_2 = "medical_2", _("class II medical device filing")
    MEDICAL_3 = "medical_3", _("class III medical device licence")
    DRUG = "drug", _("drug distribution licence")
    HAZARDOUS = "hazardous", _("hazardous chemicals licence")
    TAX = "tax", _("general VAT payer certificate")
    AUTHORISATION = "authorisation", _("brand authorisation")
    OTHER = "other", _("other document")


class LicenceState(models.TextChoices):
    """What the expiry watch says about a document today."""

    VALID = "valid", _("valid")
    EXPIRING = "expiring", _("expires soon")
    EXPIRED = "expired", _("expired")


# A parent of this level (None: an organisation unit) may carry a partner of these levels.
LEVELS_BELOW: dict[str | None, tuple[str, ...]] = {
    None: (Level.DEALER, Level.SUB_DEALER, Level.STORE),
    Level.DEALER: (Level.SUB_DEALER, Level.STORE),
    Level.SUB_DEALER: (Level.SUB_DEALER, Level.STORE),
    Level.STORE: (),
}
EXPIRY_WATCH_DAYS = 60
