"""Menu entries of pricing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.pricing.permissions import KEEP, RECORD, VIEW, VIEW_OWN

ITEMS = [
    NavItem(_("Price lists"), "pricing:list", "tags", "trade", permission=VIEW, order=40),
    NavItem(_("Price changes"), "pricing:changes", "refresh", "trade", permission=VIEW, order=41),
    NavItem(_("Price history"), "pricing:history", "history", "trade", permission=VIEW, order=42),
    NavItem(
        _("Minimum retail prices"),
        "pricing:floors",
        "alert-triangle",
        "trade",
        permission=VIEW,
        order=43,
    ),
    NavItem(
        _("Competitors' prices"), "pricing:competitors", "eye", "trade", permission=VIEW, order=44
    ),
    NavItem(
        _("Competitors' prices"),
        "pricing_portal:competitor",
        "eye",
        "order",
        permission=RECORD,
        order=45,
        face="portal",
    ),
    NavItem(
        _("Prices for my stores"),
        "pricing_portal:own_lists",
        "tags",
        "order",
        permission=KEEP,
        order=42,
        face="portal",
    ),
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
