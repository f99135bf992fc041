"""Who may order and who answers orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.permissions import declare
from yunhe.platform.access.roles import DEALERS, HEADQUARTERS, PARTNERS, Role

VIEW = declare("orders.view", _("See orders"), roles=HEADQUARTERS)
VIEW_OWN = declare("orders.view_own", _("See the own orders"), roles=PARTNERS)
CREATE = declare("orders.create", _("Enter and submit orders"), roles=(Role.SALES_OPS, *PARTNERS))
CONFIRM = declare("orders.confirm", _("Confirm orders"), roles=(Role.SALES_OPS,))
SHIP = declare("orders.ship", _("Ship orders"), roles=(Role.SALES_OPS,))
SUPPLY = declare("orders.supply", _("Answer orders of the stores below"), roles=DEALERS)
RECEIVE = declare("orders.receive", _("Receive orders"), roles=(Role.SALES_OPS, *PARTNERS))
CLOSE = declare("orders.close", _("Close orders and settle differences"), roles=(Role.SALES_OPS,))
AMEND = declare("orders.amend", _("Amend orders"), roles=(Role.SALES_OPS, *PARTNERS))
SAMPLE = declare("orders.sample", _("Order gifts and samples"), roles=(Role.SALES_OPS,))
TERMS = declare("orders.terms", _("Set order terms"), roles=(Role.SALES_OPS,))
SPLIT = declare("orders.split", _("Split orders among supply places"), roles=(Role.SALES_OPS,))
CANCEL = declare("orders.cancel", _("Cancel orders"), roles=(Role.SALES_OPS, *PARTNERS))
