"""Who agrees frames, and who calls off."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS, Role

VIEW = declare("blankets.view", _("See blanket orders"), roles=HEADQUARTERS)
VIEW_OWN = declare("blankets.view_own", _("See the own blanket orders"), roles=PARTNERS)
PLAN = declare("blankets.plan", _("Draw up and close blanket orders"), roles=(Role.SALES_OPS,))
SIGN = declare(
    "blankets.sign",
    _("Sign blanket orders"),
    roles=(Role.SALES_OPS, Role.DEALER_OWNER, Role.STORE),
)
