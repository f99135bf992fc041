"""Menu entries of sourcing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.sourcing.permissions import SERVE, VIEW

ITEMS = [
    NavItem(_("Sourcing"), "sourcing:list", "arrows-split", "trade", permission=VIEW, order=15),
    NavItem(
        _("Orders to serve"),
        "sourcing_portal:list",
        "truck-delivery",
        "order",
        permission=SERVE,
        order=50,
        face="portal",
    ),
]
