"""The roles people hold, with their names. What a role may do is declared by the domains."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The people of product.md."""

    DIRECTOR = "director", _("channel director")
    POLICY_MANAGER = "policy_manager", _("policy manager")
    SALES_OPS = "sales_ops", _("sales operations")
    FINANCE = "finance", _("channel finance")
    REGIONAL_MANAGER = "regional_manager", _("regional manager")
    DATA_STEWARD = "data_steward", _("data steward")
    DEALER_OWNER = "dealer_owner", _("dealer owner")
    DEALER_CLERK = "dealer_clerk", _("dealer clerk")
    STORE = "store", _("store")
    ENGINEER = "engineer", _("service engineer")
    DRIVER = "driver", _("driver")
    IT_ADMIN = "it_admin", _("IT administrator")


HEADQUARTERS = (
    Role.DIRECTOR,
    Role.POLICY_MANAGER,
    Role.SALES_OPS,
    Role.FINANCE,
    Role.REGIONAL_MANAGER,
    Role.DATA_STEWARD,
    Role.IT_ADMIN,
)
DEALERS = (Role.DEALER_OWNER, Role.DEALER_CLERK)
PARTNERS = (*DEALERS, Role.STORE)
EVERYBODY = tuple(Role)
