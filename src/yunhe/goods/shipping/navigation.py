"""Menu entries of shipping."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Shipments"), "shipping:list", "truck-delivery", "goods", permission=VIEW, order=50),
    NavItem(_("Claims"), "shipping:claims", "alert-triangle", "goods", permission=VIEW, order=51),
    NavItem(
        _("Deliveries"),
        "shipping_portal:list",
        "truck-delivery",
        "scan",
        permission=VIEW_OWN,
        order=40,
        face="portal",
    ),
]
