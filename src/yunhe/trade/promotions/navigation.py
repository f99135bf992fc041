"""Menu entries of promotions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.promotions.permissions import VIEW, VIEW_OWN

ITEMS = [
    NavItem(_("Promotions"), "promotions:list", "discount", "trade", permission=VIEW, order=45),
    NavItem(
        _("Promotions for me"),
        "promotions_portal:list",
        "discount",
        "order",
        permission=VIEW_OWN,
        order=35,
        face="portal",
    ),
]
