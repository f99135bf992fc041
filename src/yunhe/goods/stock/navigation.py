"""Menu entries of stock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Stock"), "stock:list", "packages", "goods", permission=VIEW, order=10),
    NavItem(
        _("Stock movements"),
        "stock:movements",
        "arrows-exchange",
        "goods",
        permission=VIEW,
        order=11,
    ),
    NavItem(
        _("Stock in the channel"),
        "stock:nationwide",
        "map",
        "goods",
        permission=VIEW,
        order=12,
    ),
    NavItem(
        _("My stock"),
        "stock_portal:list",
        "packages",
        "order",
        permission=VIEW_OWN,
        order=50,
        face="portal",
    ),
]
