from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.metrics import permissions
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Metric dictionary"), "metrics:list", "book", "info", permissions.VIEW, order=80),
    NavItem(_("Targets"), "metrics:targets", "target", "info", permissions.VIEW, order=82),
    NavItem(
        _("Metric dictionary"), "metrics:list", "book", "me", permissions.VIEW, 90, face="portal"
    ),
]
