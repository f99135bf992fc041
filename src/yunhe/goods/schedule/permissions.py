"""Who may see and change the production schedule."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS, Role

VIEW = declare("schedule.view", _("See the production schedule"), roles=HEADQUARTERS)
VIEW_OWN = declare("schedule.view_own", _("See promised dates"), roles=PARTNERS)
CHANGE = declare("schedule.change", _("Change the production schedule"), roles=(Role.SALES_OPS,))
