"""Menu entries of the production schedule."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(
        _("Production schedule"), "schedule:list", "calendar", "goods", permission=VIEW, order=14
    ),
    NavItem(
        _("Promised dates"),
        "schedule_portal:list",
        "calendar",
        "order",
        permission=VIEW_OWN,
        order=58,
        face="portal",
    ),
]
