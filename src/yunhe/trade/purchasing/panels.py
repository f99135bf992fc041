"""The supplier's answer on the page of an order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Button
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import TablePanel
from yunhe.trade.orders.panels import register_panel
from yunhe.trade.purchasing.models import PurchaseOrder
from yunhe.trade.purchasing.permissions import VIEW
from yunhe.trade.purchasing.queries import lines_of, purchase_of
from yunhe.trade.purchasing.tables import PurchaseLineTable


class SupplierAnswer(TablePanel):
    """What the supplier's system says about the order's lines."""

    title, icon, table, permission = (
        _("The supplier says"),
        "plug-connected",
        PurchaseLineTable,
        VIEW,
    )

    @cached_property
    def purchase(self) -> PurchaseOrder | None:
        return purchase_of(self.record)

    def shown(self) -> bool:
        return self.purchase is not None

    def actions(self) -> Sequence[Button]:
        if self.purchase is None:
            return ()
        label = f"{self.purchase.number} · {self.purchase.get_state_display()}"
        return (Button(label=label, url=self.purchase.get_absolute_url(), icon="file-text"),)

    def rows(self) -> Rows:
        return lines_of(self.purchase) if self.purchase else []


register_panel(SupplierAnswer, faces=("console",), order=30)
