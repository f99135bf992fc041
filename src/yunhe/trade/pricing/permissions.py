"""Who may see and set prices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, Role

VIEW = declare(
    "pricing.view",
    _("See price lists"),
    roles=(
        Role.DIRECTOR,
        Role.POLICY_MANAGER,
        Role.SALES_OPS,
        Role.FINANCE,
        Role.REGIONAL_MANAGER,
        Role.DATA_STEWARD,
    ),
)
VIEW_OWN = declare("pricing.view_own", _("See the own prices"), roles=(*DEALERS, Role.STORE))
CHANGE = declare("pricing.change", _("Set prices"), roles=(Role.SALES_OPS, Role.POLICY_MANAGER))
KEEP = declare("pricing.keep", _("Keep the own price lists for stores"), roles=DEALERS)
PUBLISH = declare(
    "pricing.publish", _("Publish price lists"), roles=(Role.SALES_OPS, Role.DIRECTOR)
)
WATCH = declare(
    "pricing.watch",
    _("Set minimum retail prices and explain sales below them"),
    roles=(Role.SALES_OPS, Role.POLICY_MANAGER, Role.REGIONAL_MANAGER),
)
RECORD = declare(
    "pricing.record_competitor",
    _("Record competitors' prices"),
    roles=(Role.SALES_OPS, Role.POLICY_MANAGER, Role.REGIONAL_MANAGER, *DEALERS, Role.STORE),
)
