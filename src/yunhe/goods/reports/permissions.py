"""Who may see and send stock reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import PARTNERS, Role

VIEW = declare(
    "reports.view",
    _("See stock reports and credibility"),
    roles=(
        Role.DIRECTOR,
        Role.POLICY_MANAGER,
        Role.SALES_OPS,
        Role.FINANCE,
        Role.REGIONAL_MANAGER,
        Role.DATA_STEWARD,
    ),
)
VIEW_OWN = declare("reports.view_own", _("See the own stock reports"), roles=PARTNERS)
REPORT = declare("reports.report", _("Report the own stock"), roles=PARTNERS)
