"""Menu entries of rebates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.money.rebates.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Rebates"), "rebates:list", "percentage", "money", permission=VIEW, order=10),
    NavItem(
        _("Settlements"), "rebates:settlements", "report-money", "money", permission=VIEW, order=12
    ),
    NavItem(
        _("My rebates"),
        "rebates_portal:home",
        "percentage",
        "me",
        permission=VIEW_OWN,
        order=20,
        face="portal",
    ),
]
