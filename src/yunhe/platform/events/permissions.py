"""Who may see events and connect other systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import Role

VIEW = declare("events.view", _("See events and deliveries"), roles=(Role.IT_ADMIN,))
CHANGE = declare(
    "events.change", _("Connect webhooks and replay deliveries"), roles=(Role.IT_ADMIN,)
)
