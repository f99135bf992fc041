"""Menu entry of background work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.jobs import permissions
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(
        _("Background work"),
        "jobs:list",
        "loader",
        "platform",
        permission=permissions.VIEW,
        order=50,
    ),
]
