"""Who may ask for returns and who answers them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, PARTNERS, Role

VIEW = declare(
    "returns.view",
    _("See returns"),
    roles=(
        Role.DIRECTOR,
        Role.POLICY_MANAGER,
        Role.SALES_OPS,
        Role.FINANCE,
        Role.REGIONAL_MANAGER,
    ),
)
VIEW_OWN = declare("returns.view_own", _("See the own returns"), roles=PARTNERS)
RIGHTS = declare("returns.rights", _("Grant rights of return"), roles=(Role.SALES_OPS,))
ASK = declare("returns.ask", _("Ask for returns and send them back"), roles=PARTNERS)
SUPPLY = declare("returns.supply", _("Answer and inspect returns of own customers"), roles=DEALERS)
APPROVE = declare(
    "returns.approve", _("Approve returns"), roles=(Role.SALES_OPS, Role.REGIONAL_MANAGER)
)
INSPECT = declare("returns.inspect", _("Inspect and credit returns"), roles=(Role.SALES_OPS,))
