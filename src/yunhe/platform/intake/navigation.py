"""Menu entries of intake."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.permissions import VIEW
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Imports"), "intake:list", "file-import", "info", permission=VIEW, order=60),
    NavItem(
        _("Imports"), "intake:list", "file-import", "scan", permission=VIEW, order=60, face="portal"
    ),
]
