"""Who may see and keep the catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import EVERYBODY, HEADQUARTERS, Role

VIEW = declare("catalog.view", _("See the catalogue"), roles=HEADQUARTERS)
OFFER = declare("catalog.offer", _("See what may be ordered"), roles=EVERYBODY)
MATERIAL = declare(
    "catalog.material",
    _("Keep the library of marketing material"),
    roles=(Role.POLICY_MANAGER, Role.SALES_OPS, Role.DATA_STEWARD),
)
CHANGE = declare(
    "catalog.change", _("Create and change products"), roles=(Role.SALES_OPS, Role.DATA_STEWARD)
)
