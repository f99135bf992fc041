"""The words of compliance."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Demand(models.TextChoices):
    """What a rule asks for before goods may be bought."""

    LICENCE = "licence", _("the partner holds a licence")
    REGISTRATION = "registration", _("the product is registered for the market")
    BAN = "ban", _("not to be sold in this market")


class GoodsField(models.TextChoices):
    """The field of law a rule belongs to."""

    FOOD = "food", _("food")
    ALCOHOL = "alcohol", _("alcohol")
    MEDICAL = "medical", _("medical devices")
    DRUG = "drug", _("drugs")
    HAZARDOUS = "hazardous", _("hazardous goods")
    OTHER = "other", _("other goods")


class RegistrationKind(models.TextChoices):
    """Registrations and licences of products."""

    FOOD_PRODUCTION = "food_production", _("food production licence")
    HEALTH_FOOD = "health_food", _("health food registration")
    INFANT_FORMULA = "infant_formula", _("infant formula recipe registration")
    MEDICAL_FOOD = "medical_food", _("registration as food for special medical purposes")
    MEDICAL = "medical", _("medical device registration")
    DRUG = "drug", _("drug approval")
    COSMETICS = "cosmetics", _("cosmetics filing")
    HAZARDOUS = "hazardous", _("hazardous goods safety permit")
    IMPORT = "import", _("import inspection certificate")
    OTHER = "other", _("other registration")


class Validity(models.TextChoices):
    """What the expiry watch says about a registration."""

    VALID = "valid", _("valid")
    EXPIRING = "expiring", _("expires soon")
    EXPIRED = "expired", _("expired")


VALIDITY_TONES = {Validity.VALID: "green", Validity.EXPIRING: "amber", Validity.EXPIRED: "red"}
FIELD_TONES: dict[str, str] = {
    GoodsField.FOOD: "green",
    GoodsField.ALCOHOL: "violet",
    GoodsField.MEDICAL: "blue",
    GoodsField.DRUG: "blue",
    GoodsField.HAZARDOUS: "red",
    GoodsField.OTHER: "grey",
}
WATCH_DAYS = 90
