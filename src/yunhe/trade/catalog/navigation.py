"""Menu entries of the catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.catalog.permissions import OFFER, VIEW

ITEMS = [
    NavItem(_("Products"), "catalog:list", "package", "trade", permission=VIEW, order=30),
    NavItem(
        _("Products"),
        "catalog_portal:list",
        "package",
        "order",
        permission=OFFER,
        order=30,
        face="portal",
    ),
]
