"""Who may see stock alerts and move goods between partners."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, PARTNERS, Role

VIEW = declare(
    "transfers.view",
    _("See stock alerts and transfers"),
    roles=(
        Role.DIRECTOR,
        Role.POLICY_MANAGER,
        Role.SALES_OPS,
        Role.FINANCE,
        Role.REGIONAL_MANAGER,
        Role.DATA_STEWARD,
    ),
)
VIEW_OWN = declare("transfers.view_own", _("See the own stock alerts"), roles=PARTNERS)
RULES = declare("transfers.rules", _("Change the rules of stock alerts"), roles=(Role.SALES_OPS,))
SAFETY = declare(
    "transfers.safety",
    _("Set the safety stock of partners"),
    roles=(Role.SALES_OPS, Role.REGIONAL_MANAGER, *PARTNERS),
)
PROPOSE = declare(
    "transfers.propose",
    _("Propose transfers between partners"),
    roles=(Role.SALES_OPS, Role.REGIONAL_MANAGER),
)
ASK = declare("transfers.ask", _("Ask other partners for goods and offer them"), roles=DEALERS)
APPROVE = declare(
    "transfers.approve",
    _("Approve and decline transfers of partners"),
    roles=(Role.SALES_OPS, Role.REGIONAL_MANAGER),
)
ANSWER = declare("transfers.answer", _("Agree to, ship and receive transfers"), roles=DEALERS)
