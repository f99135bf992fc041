"""Permissions of the access pages (permissions.py holds the registry)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import EVERYBODY, Role

ADMINISTRATORS = (Role.IT_ADMIN, Role.REGIONAL_MANAGER, Role.DEALER_OWNER)

VIEW_USERS = declare("access.users.view", _("See accounts and roles"), roles=ADMINISTRATORS)
MANAGE_USERS = declare("access.users.manage", _("Manage accounts and roles"), roles=ADMINISTRATORS)
EXPLAIN = declare(
    "access.explain",
    _("Ask why somebody sees a record"),
    roles=(Role.IT_ADMIN, Role.REGIONAL_MANAGER, Role.DATA_STEWARD),
)
TOKENS = declare("access.tokens", _("Make API tokens"), roles=EVERYBODY)
