from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, Role

# each type of file asks for its own permission besides
_KEEPERS = (
    Role.DIRECTOR,
    Role.POLICY_MANAGER,
    Role.DATA_STEWARD,
    Role.SALES_OPS,
    Role.REGIONAL_MANAGER,
    Role.IT_ADMIN,
)

VIEW = declare(
    "intake.view",
    _("See imports and receipts"),
    roles=(*_KEEPERS, *DEALERS, Role.STORE),
)
RUN = declare("intake.run", _("Import files"), roles=(*_KEEPERS, *DEALERS, Role.STORE))
REPLAY = declare(
    "intake.replay", _("Release quarantined rows"), roles=(*_KEEPERS, *DEALERS, Role.STORE)
)
