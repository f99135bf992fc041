"""The partner's page shows its rebates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.panels import register_panel
from yunhe.money.rebates.permissions import VIEW
from yunhe.money.rebates.queries.reading import list_accruals
from yunhe.money.rebates.tables import PartnerAccrualTable
from yunhe.platform.ui.components.basics import Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import TablePanel


class PartnerRebates(TablePanel):
    """What the partner has earned in each program."""

    title, icon, table, limit = _("Rebates"), "percentage", PartnerAccrualTable, 10
    permission = VIEW
    empty = Empty(title=_("No rebate runs for this partner"), icon="percentage")

    def rows(self) -> Rows:
        return list_accruals().filter(node_id=self.record.pk)


register_panel(PartnerRebates, order=60)
