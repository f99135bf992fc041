"""Who may see and write the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import Role

VIEW = declare(
    "ledger.view",
    _("See partner accounts"),
    roles=(Role.DIRECTOR, Role.SALES_OPS, Role.FINANCE, Role.REGIONAL_MANAGER),
)
VIEW_OWN = declare(
    "ledger.view_own", _("See the own account and credit"), roles=(Role.DEALER_OWNER,)
)
POST = declare("ledger.post", _("Post payments and credit notes"), roles=(Role.FINANCE,))
LIMIT = declare("ledger.limit", _("Set credit limits"), roles=(Role.FINANCE,))
CLOSE = declare("ledger.close", _("Close periods"), roles=(Role.FINANCE,))
