"""Menu entries of delivery planning."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery.permissions import DRIVE, VIEW
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Delivery plans"), "delivery:list", "route", "goods", permission=VIEW, order=52),
    NavItem(
        _("On the road"), "delivery:board", "progress-check", "goods", permission=VIEW, order=53
    ),
    NavItem(
        _("Tours to drive"), "delivery_portal:list", "truck", "goods", permission=DRIVE, order=54
    ),
    NavItem(
        _("Tours to drive"),
        "delivery_portal:list",
        "truck",
        "scan",
        permission=DRIVE,
        order=45,
        face="portal",
    ),
    NavItem(
        _("Delivery plans"),
        "delivery:list",
        "route",
        "scan",
        permission=VIEW,
        order=46,
        face="portal",
    ),
]
