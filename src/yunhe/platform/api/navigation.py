"""Menu entry of the API's reference."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.events.permissions import VIEW
from yunhe.platform.ui.navigation import NavItem

ITEMS = [NavItem(_("API reference"), "api:docs", "book", "platform", permission=VIEW, order=62)]
