"""Menu entries of the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.audit.permissions import VIEW
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Audit trail"), "audit:list", "history", "platform", VIEW, order=40),
    NavItem(_("Changes"), "audit:list", "history", "me", VIEW, order=60, face="portal"),
]
