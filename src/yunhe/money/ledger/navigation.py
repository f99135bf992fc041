"""Menu entries of the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger import permissions
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(
        _("Receivables"), "ledger:list", "receipt", "money", permission=permissions.VIEW, order=20
    ),
    NavItem(
        _("My credit"),
        "ledger_portal:account",
        "credit-card",
        "me",
        permission=permissions.VIEW_OWN,
        order=30,
        face="portal",
    ),
]
