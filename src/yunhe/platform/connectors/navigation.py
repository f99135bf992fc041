"""Menu entries of connectors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.connectors.permissions import VIEW
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(
        _("Connected systems"),
        "connectors:list",
        "plug-connected",
        "platform",
        permission=VIEW,
        order=55,
    )
]
