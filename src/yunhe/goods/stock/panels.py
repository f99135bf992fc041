"""Stock on the pages of partners and products."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.network import panels as network_panels
from yunhe.goods.stock.permissions import VIEW
from yunhe.goods.stock.queries import list_balances
from yunhe.goods.stock.tables import BalanceTable, OwnBalanceTable
from yunhe.platform.ui.components.basics import Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import TablePanel
from yunhe.trade.catalog import panels as catalog_panels


class PartnerStockPanel(TablePanel):
    """What a partner holds."""

    title, icon, table, permission, limit = _("Stock"), "packages", OwnBalanceTable, VIEW, 20
    empty = Empty(title=_("No stock known"), icon="packages")

    @property
    def more_url(self) -> str:  # type: ignore[override]
        return f"/stock/?q={self.record.node.code}"

    def rows(self) -> Rows:
        return list_balances().filter(node_id=self.record.pk).order_by("-quantity")


class SkuStockPanel(TablePanel):
    """Where a product lies."""

    title, icon, table, permission, limit = _("Stock"), "packages", BalanceTable, VIEW, 20
    empty = Empty(title=_("No stock known"), icon="packages")

    @property
    def more_url(self) -> str:  # type: ignore[override]
        return f"/stock/?q={self.record.code}"

    def rows(self) -> Rows:
        return list_balances().filter(sku=self.record).order_by("-quantity")


network_panels.register_panel(PartnerStockPanel, order=70)
catalog_panels.register_panel(SkuStockPanel, order=70)
