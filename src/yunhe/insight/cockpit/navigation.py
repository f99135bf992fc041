from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.insight.cockpit import permissions
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Cockpit"), "cockpit:home", "dashboard", "home", permissions.VIEW, order=10),
    NavItem(_("Home"), "cockpit_portal:home", "home", "home", permissions.HOME, 10, face="portal"),
]
