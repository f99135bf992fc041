"""Menu entries of stock reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(
        _("Stock reports"), "reports:list", "clipboard-list", "goods", permission=VIEW, order=20
    ),
    NavItem(
        _("Stock reports"),
        "reports_portal:list",
        "clipboard-list",
        "order",
        permission=VIEW_OWN,
        order=55,
        face="portal",
    ),
]
