"""Menu entries of pricing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.pricing.permissions import VIEW, VIEW_OWN

ITEMS = [
    NavItem(_("Price lists"), "pricing:list", "tags", "trade", permission=VIEW, order=40),
    NavItem(
        _("My prices"),
        "pricing_portal:list",
        "tags",
        "order",
        permission=VIEW_OWN,
        order=40,
        face="portal",
    ),
]
