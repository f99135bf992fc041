"""Menu entries of purchasing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.purchasing.permissions import VIEW

ITEMS = [
    NavItem(
        _("Purchase orders"),
        "purchasing:list",
        "plug-connected",
        "trade",
        permission=VIEW,
        order=18,
    )
]
