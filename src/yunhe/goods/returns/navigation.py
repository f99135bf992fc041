"""Menu entries of returns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.returns.permissions import VIEW, VIEW_OWN
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Returns"), "returns:list", "truck-return", "goods", permission=VIEW, order=60),
    NavItem(
        _("Returns"),
        "returns_portal:list",
        "truck-return",
        "order",
        permission=VIEW_OWN,
        order=60,
        face="portal",
    ),
]
