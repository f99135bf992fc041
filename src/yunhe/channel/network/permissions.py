"""Who may look at and change the network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import EVERYBODY, HEADQUARTERS, PARTNERS, Role

VIEW = declare("network.view", _("See the partner network"), roles=HEADQUARTERS)
VIEW_OWN = declare(
    "network.view_own", _("See the own company file"), roles=(*PARTNERS, *HEADQUARTERS)
)
CHANGE = declare(
    "network.change",
    _("Create and change partners"),
    roles=(Role.SALES_OPS, Role.DATA_STEWARD, Role.REGIONAL_MANAGER),
)
ORGANISE = declare(
    "network.organise",
    _("Create and change organisation units"),
    roles=(Role.DIRECTOR, Role.IT_ADMIN, Role.DATA_STEWARD),
)
MOVE = declare(
    "network.move",
    _("Move partners in the tree"),
    roles=(Role.DIRECTOR, Role.SALES_OPS, Role.DATA_STEWARD),
)
LOOK_UP = declare("network.look_up", _("See the names of nodes in scope"), roles=EVERYBODY)
ADDRESSES = declare(
    "network.addresses",
    _("Keep delivery addresses"),
    roles=(Role.SALES_OPS, Role.DATA_STEWARD, Role.REGIONAL_MANAGER, *PARTNERS),
)
SEE_PHONE = declare(
    "network.see_phone",
    _("See the phone numbers of receivers"),
    roles=(Role.SALES_OPS, Role.REGIONAL_MANAGER, *PARTNERS),
)
