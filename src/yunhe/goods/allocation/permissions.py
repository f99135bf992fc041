"""Who divides scarce goods, who approves, who sees the own share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import PARTNERS, Role

VIEW = declare(
    "allocation.view",
    _("See allocations of scarce goods"),
    roles=(Role.DIRECTOR, Role.POLICY_MANAGER, Role.SALES_OPS),
)
VIEW_QUOTA = declare(
    "allocation.view_quota",
    _("See the quotas of partners"),
    roles=(Role.DIRECTOR, Role.POLICY_MANAGER, Role.SALES_OPS, Role.REGIONAL_MANAGER),
)
VIEW_OWN = declare("allocation.view_own", _("See the own quota"), roles=PARTNERS)
PLAN = declare("allocation.plan", _("Divide scarce goods"), roles=(Role.SALES_OPS, Role.DIRECTOR))
APPROVE = declare(
    "allocation.approve",
    _("Approve and publish allocations"),
    roles=(Role.DIRECTOR, Role.POLICY_MANAGER),
)
RULES = declare(
    "allocation.rules", _("Write allocation rules"), roles=(Role.DIRECTOR, Role.POLICY_MANAGER)
)
