"""Columns of stock's lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.choices import StockStatus
from yunhe.platform.ui.tables import (
    BadgeColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)

STATUS_TONES = {
    StockStatus.AVAILABLE: "green",
    StockStatus.IN_TRANSIT: "blue",
    StockStatus.QUARANTINE: "amber",
}


class BalanceTable(Table):
    node = LinkColumn(
        _("Stock place"),
        url="network:node",
        args=("node_id",),
        source="node.label",
        sort="node__name",
        secondary="node.code",
    )
    sku = TextColumn(_("Product"), source="sku.label", sort="sku__name", secondary="sku.code")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display")
    moved = DateColumn(_("Last movement"), source="moved_on")
    recorded = MomentColumn(_("As of"), source="recorded_at", relative=True)

    def row_tone(self, record: Any) -> str:
        return "red" if record.quantity < 0 else ""


class OwnBalanceTable(Table):
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    node = TextColumn(_("Stock place"), source="node.label", sort="node__name")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display")


def _side(row: Any, side: str) -> str:
    node = getattr(row, side)
    if node is None:
        # A place outside the reader's scope is shown like one outside the network.
        return str(_("outside"))
    return str(node.label)


class MovementTable(Table):
    on = DateColumn(_("Business date"), card="text")
    reason = BadgeColumn(_("Reason"))
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    leaves = TextColumn(
        _("From"),
        value=lambda row: _side(row, "source"),
        secondary="get_source_status_display",
        select=("source",),
    )
    reaches = TextColumn(
        _("To"),
        value=lambda row: _side(row, "target"),
        secondary="get_target_status_display",
        select=("target",),
    )
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display")
    ref = TextColumn(_("Document"), card="")
    recorded = MomentColumn(_("Recorded at"), source="recorded_at")

    class Meta:
        order_by = "-recorded"


class DifferenceTable(Table):
    node = TextColumn(_("Stock place"), card="title")
    sku = TextColumn(_("Product"))
    status = BadgeColumn(_("Status"))
    balance = QuantityColumn(_("Book stock"))
    moved = QuantityColumn(_("Sum of movements"))
