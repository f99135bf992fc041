"""Menu entries of blanket orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.blankets.permissions import VIEW, VIEW_OWN

ITEMS = [
    NavItem(_("Blanket orders"), "blankets:list", "contract", "trade", permission=VIEW, order=12),
    NavItem(
        _("Blanket orders"),
        "blankets_portal:list",
        "contract",
        "order",
        permission=VIEW_OWN,
        order=25,
        face="portal",
    ),
]
