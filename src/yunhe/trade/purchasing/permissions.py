"""Who sees purchase orders and takes in answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import HEADQUARTERS, Role

VIEW = declare("purchasing.view", _("See purchase orders"), roles=HEADQUARTERS)
CHANGE = declare(
    "purchasing.change",
    _("Connect supply places to supplier systems and take in their answers"),
    roles=(Role.SALES_OPS, Role.IT_ADMIN),
)
