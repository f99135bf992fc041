"""Menu entries of allocation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.allocation.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Allocation"), "allocation:list", "chart-pie", "goods", permission=VIEW, order=40),
    NavItem(
        _("My quota"),
        "allocation_portal:list",
        "chart-pie",
        "order",
        permission=VIEW_OWN,
        order=60,
        face="portal",
    ),
]
