"""Who may decide, see and define approvals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import EVERYBODY, HEADQUARTERS, Role

DECIDE = declare("workflow.decide", _("Decide requests that await one"), roles=EVERYBODY)
VIEW = declare("workflow.view", _("See all approvals in one's area"), roles=HEADQUARTERS)
DEFINE = declare(
    "workflow.define",
    _("Define approval chains"),
    roles=(Role.DIRECTOR, Role.POLICY_MANAGER, Role.IT_ADMIN),
)
VIEW_CHAINS = declare("workflow.view_chains", _("See approval chains"), roles=HEADQUARTERS)
