"""Free goods on an order's page: what was replaced, what is short."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.views import FactsPanel
from yunhe.trade.orders.queries import gift_remarks


class GiftRemarks(FactsPanel):
    """What the order does not give as promised; nothing when all is well."""

    title, icon, columns = _("Free goods"), "gift", 1

    def shown(self) -> bool:
        return bool(self.record.gift_remarks)

    def facts(self) -> Sequence[Fact]:
        return [Fact(_("Remark"), text) for text in gift_remarks(self.record)]
