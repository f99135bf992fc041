"""Menu entries of sales."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.sales.permissions import REPORT, VIEW

ITEMS = [
    NavItem(_("Sales"), "sales:list", "receipt", "trade", permission=VIEW, order=40),
    NavItem(
        _("Report a sale"),
        "sales_portal:scan",
        "scan",
        "scan",
        permission=REPORT,
        order=10,
        face="portal",
    ),
    NavItem(_("Sales"), "sales:list", "receipt", "scan", permission=VIEW, order=50, face="portal"),
]
