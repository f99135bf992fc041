"""Menu entries of the catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.catalog.permissions import OFFER, VIEW

ITEMS = [
    NavItem(_("Products"), "catalog:list", "package", "trade", permission=VIEW, order=30),
    NavItem(_("Categories"), "catalog:tree", "sitemap", "trade", permission=VIEW, order=31),
    NavItem(
        _("Marketing material"), "catalog:materials", "photo", "trade", permission=VIEW, order=32
    ),
    NavItem(
        _("Marketing material"),
        "catalog_portal:materials",
        "photo",
        "me",
        permission=OFFER,
        order=40,
        face="portal",
    ),
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
