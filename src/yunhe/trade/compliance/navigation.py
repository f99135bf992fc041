"""Menu entries of compliance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.compliance.permissions import VIEW, VIEW_OWN

ITEMS = [
    NavItem(
        _("Compliance rules"),
        "compliance:list",
        "shield-check",
        "trade",
        permission=VIEW,
        order=34,
    ),
    NavItem(
        _("Registrations"),
        "compliance:registrations",
        "certificate",
        "trade",
        permission=VIEW,
        order=35,
    ),
    NavItem(
        _("Goods I may not buy"),
        "compliance_portal:mine",
        "shield-check",
        "me",
        permission=VIEW_OWN,
        order=45,
        face="portal",
    ),
]
