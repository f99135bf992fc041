"""Who may see accruals and settle rebates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import Role

VIEW = declare(
    "rebates.view",
    _("See rebate programs, accruals and settlements"),
    roles=(
        Role.DIRECTOR,
        Role.POLICY_MANAGER,
        Role.SALES_OPS,
        Role.FINANCE,
        Role.REGIONAL_MANAGER,
    ),
)
VIEW_OWN = declare(
    "rebates.view_own",
    _("See the own rebates and statements"),
    roles=(Role.DEALER_OWNER, Role.STORE),
)
SETTLE = declare(
    "rebates.settle", _("Open, cancel and post rebate settlements"), roles=(Role.FINANCE,)
)
APPROVE = declare(
    "rebates.approve",
    _("Approve rebate settlements that somebody else opened"),
    roles=(Role.DIRECTOR, Role.FINANCE),
)
CONDITION = declare(
    "rebates.condition",
    _("Record whether a partner met a program's condition"),
    roles=(Role.POLICY_MANAGER, Role.FINANCE),
)
