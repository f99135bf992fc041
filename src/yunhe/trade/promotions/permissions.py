"""Who may see, write and let loose promotions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, HEADQUARTERS, Role

VIEW = declare("promotions.view", _("See promotions"), roles=HEADQUARTERS)
VIEW_OWN = declare("promotions.view_own", _("See the own promotions"), roles=(*DEALERS, Role.STORE))
CHANGE = declare(
    "promotions.change",
    _("Write promotions"),
    roles=(Role.SALES_OPS, Role.POLICY_MANAGER, Role.REGIONAL_MANAGER),
)
PUBLISH = declare(
    "promotions.publish",
    _("Publish, pause and end promotions"),
    roles=(Role.DIRECTOR, Role.SALES_OPS, Role.POLICY_MANAGER),
)
