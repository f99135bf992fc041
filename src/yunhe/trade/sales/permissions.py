from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS, Role

VIEW = declare("sales.view", _("See sales"), roles=(*HEADQUARTERS, *PARTNERS))
REPORT = declare(
    "sales.report",
    _("Report and import sales"),
    roles=(Role.DATA_STEWARD, Role.SALES_OPS, Role.REGIONAL_MANAGER, Role.IT_ADMIN, *PARTNERS),
)
CLOSE = declare("sales.close", _("Close sales periods"), roles=(Role.FINANCE, Role.SALES_OPS))
REOPEN = declare("sales.reopen", _("Reopen sales periods"), roles=(Role.FINANCE,))
