"""Who ships, who receives, who decides claims."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, PARTNERS, Role

VIEW = declare(
    "shipping.view",
    _("See shipments"),
    roles=(Role.DIRECTOR, Role.SALES_OPS, Role.FINANCE, Role.REGIONAL_MANAGER),
)
VIEW_OWN = declare("shipping.view_own", _("See the own shipments"), roles=PARTNERS)
SHIP = declare("shipping.ship", _("Pick, pack and ship"), roles=(Role.SALES_OPS,))
SUPPLY = declare(
    "shipping.supply", _("Pick, pack and ship to the partners supplied"), roles=DEALERS
)
RECEIVE = declare("shipping.receive", _("Receive shipments"), roles=(Role.SALES_OPS, *PARTNERS))
DECIDE = declare("shipping.decide", _("Decide claims"), roles=(Role.SALES_OPS,))
TRACK = declare(
    "shipping.track", _("Report tracking events"), roles=(Role.SALES_OPS, Role.IT_ADMIN)
)
