"""Who may look at everybody's background work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import EVERYBODY, Role

VIEW = declare("jobs.view", _("See one's own background work"), roles=EVERYBODY)
CHANGE = declare("jobs.change", _("Cancel and restart any background work"), roles=(Role.IT_ADMIN,))
