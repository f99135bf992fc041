"""Who keeps vehicles, plans deliveries, drives them and looks on.

Headquarters' sales operations plan from the places of headquarters, a dealer from its own: every use
case asks for the permission on the depot's node.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, Role

VIEW = declare(
    "delivery.view",
    _("See delivery plans"),
    roles=(Role.DIRECTOR, Role.SALES_OPS, Role.FINANCE, Role.REGIONAL_MANAGER, *DEALERS),
)
PLAN = declare("delivery.plan", _("Plan deliveries"), roles=(Role.SALES_OPS, *DEALERS))
MASTER = declare(
    "delivery.master",
    _("Keep depots, vehicles, drivers and receiving places"),
    roles=(Role.SALES_OPS, *DEALERS),
)
DRIVE = declare("delivery.drive", _("Drive tours"), roles=(Role.SALES_OPS, Role.DRIVER, *DEALERS))
