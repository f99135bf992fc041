"""Columns of the sales lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    DateColumn,
    LastDayColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    QuantityColumn,
    Table,
    TextColumn,
)
from yunhe.trade.sales.choices import Flow

FLOW_TONES = {
    Flow.SELL_IN: "blue",
    Flow.SELL_THROUGH: "violet",
    Flow.SELL_OUT: "teal",
    Flow.OPENING: "grey",
}


class FactTable(Table):
    on = DateColumn(_("Date"), card="text")
    flow = BadgeColumn(_("Flow"), tones=FLOW_TONES)
    node = TextColumn(
        _("Partner"),
        source="node.label",
        sort="node__name",
        secondary="node.code",
        select=("node",),
    )
    counterparty = TextColumn(_("Counterparty"), source="counterparty.label", visible=False)
    sku = LinkColumn(
        _("Product"),
        url="sales:detail",
        source="sku.label",
        sort="sku__name",
        secondary="sku.code",
        select=("sku",),
        card="title",
    )
    quantity = QuantityColumn(_("Quantity"), card="value")
    amount = MoneyColumn(_("Amount"), currency=".currency")
    document = TextColumn(_("Document"), card="")
    recorded_at = MomentColumn(_("Recorded"), visible=False)

    class Meta:
        order_by = "-id"


class PeriodTable(Table):
    flow = BadgeColumn(_("Flow"), tones=FLOW_TONES)
    before = LastDayColumn(_("Closed through"), card="title")
    reopens = BooleanColumn(_("Reopened"), yes=_("reopened"), card="badge")
    closed_at = MomentColumn(_("Closed"))
    closed_by = TextColumn(_("By"))
    reason = TextColumn(_("Reason"), sort=False)

    class Meta:
        order_by = "-closed_at"
