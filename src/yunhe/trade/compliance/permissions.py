"""Who may read and keep the rules and registrations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import EVERYBODY, HEADQUARTERS, Role

VIEW = declare("compliance.view", _("See rules and registrations of goods"), roles=HEADQUARTERS)
VIEW_OWN = declare(
    "compliance.view_own", _("See which goods need which qualification"), roles=EVERYBODY
)
CHANGE = declare(
    "compliance.change",
    _("Keep rules and registrations of goods"),
    roles=(Role.POLICY_MANAGER, Role.SALES_OPS, Role.DATA_STEWARD),
)
