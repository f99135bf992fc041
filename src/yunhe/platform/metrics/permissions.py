"""Who may ask for numbers, and who sets targets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, HEADQUARTERS, Role

VIEW = declare(
    "metrics.view", _("See metrics of one's own scope"), roles=(*HEADQUARTERS, *DEALERS, Role.STORE)
)
TARGETS = declare(
    "metrics.targets", _("Set targets"), roles=(Role.DIRECTOR, Role.SALES_OPS, Role.POLICY_MANAGER)
)
REFRESH = declare(
    "metrics.refresh", _("Refresh the mart"), roles=(Role.DATA_STEWARD, Role.IT_ADMIN)
)
