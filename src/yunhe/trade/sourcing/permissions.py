"""Who decides where orders are served from, and who answers for a place."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, HEADQUARTERS, Role

VIEW = declare("sourcing.view", _("See where orders are served from"), roles=HEADQUARTERS)
CHANGE = declare(
    "sourcing.change", _("Keep sourcing rules and supply places"), roles=(Role.SALES_OPS,)
)
SERVE = declare("sourcing.serve", _("Answer and serve dispatched orders"), roles=DEALERS)
