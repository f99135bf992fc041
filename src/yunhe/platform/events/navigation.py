"""Menu entries of events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.events import permissions
from yunhe.platform.ui.navigation import NavItem

ITEMS = [
    NavItem(_("Events"), "events:list", "bell", "platform", permission=permissions.VIEW, order=60),
    NavItem(
        _("Webhooks"),
        "events:endpoints",
        "webhook",
        "platform",
        permission=permissions.VIEW,
        order=61,
    ),
]
