"""Who may read the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import HEADQUARTERS, Role

VIEW = declare(
    "audit.view",
    _("See the audit trail"),
    roles=(Role.IT_ADMIN, Role.DIRECTOR, Role.FINANCE, Role.REGIONAL_MANAGER, Role.DEALER_OWNER),
)
HISTORY = declare(
    "audit.history",
    _("See the history of a record"),
    roles=(*HEADQUARTERS, Role.DEALER_OWNER, Role.DEALER_CLERK),
)
VERIFY = declare("audit.verify", _("Check the audit trail for tampering"), roles=(Role.IT_ADMIN,))
