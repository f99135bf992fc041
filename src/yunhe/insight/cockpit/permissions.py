"""Who sees the cockpit, and who the portal's home."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import HEADQUARTERS, PARTNERS

VIEW = declare("cockpit.view", _("See the cockpit"), roles=HEADQUARTERS)
HOME = declare("cockpit.home", _("See the portal's home"), roles=PARTNERS)
