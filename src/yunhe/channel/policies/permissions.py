"""Who may write, publish, read and confirm policies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS, Role

VIEW = declare("policies.view", _("See policies"), roles=HEADQUARTERS)
WRITE = declare("policies.write", _("Write policies"), roles=(Role.POLICY_MANAGER,))
PUBLISH = declare(
    "policies.publish", _("Publish policies"), roles=(Role.POLICY_MANAGER, Role.DIRECTOR)
)
REMIND = declare(
    "policies.remind",
    _("Remind partners of unread policies"),
    roles=(Role.POLICY_MANAGER, Role.DIRECTOR, Role.REGIONAL_MANAGER),
)
READ = declare("policies.read", _("Read the own policies"), roles=PARTNERS)
CONFIRM = declare(
    "policies.confirm", _("Confirm policies as read"), roles=(Role.DEALER_OWNER, Role.STORE)
)
