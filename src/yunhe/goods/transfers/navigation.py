"""Menu entries of stock alerts and transfers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(
        _("Stock alerts"), "transfers:alerts", "alert-triangle", "goods", permission=VIEW, order=21
    ),
    NavItem(
        _("Transfers between partners"),
        "transfers:list",
        "arrows-exchange",
        "goods",
        permission=VIEW,
        order=22,
    ),
    NavItem(
        _("Stock alerts"),
        "transfers_portal:alerts",
        "alert-triangle",
        "order",
        permission=VIEW_OWN,
        order=56,
        face="portal",
    ),
    NavItem(
        _("Transfers"),
        "transfers_portal:list",
        "arrows-exchange",
        "order",
        permission=VIEW_OWN,
        order=57,
        face="portal",
    ),
]
