"""Who may see and move stock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, PARTNERS, Role

VIEW = declare(
    "stock.view",
    _("See stock"),
    roles=(
        Role.DIRECTOR,
        Role.POLICY_MANAGER,
        Role.SALES_OPS,
        Role.FINANCE,
        Role.REGIONAL_MANAGER,
        Role.DATA_STEWARD,
    ),
)
VIEW_OWN = declare("stock.view_own", _("See the own stock"), roles=PARTNERS)
RECORD = declare("stock.record", _("Record warehouse movements"), roles=(Role.SALES_OPS,))
COUNT = declare("stock.count", _("Record stock counts"), roles=(Role.SALES_OPS,))
COUNT_OWN = declare(
    "stock.count_own", _("Record counts of the own stock"), roles=(*DEALERS, Role.STORE)
)
