"""Columns of stock's lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.choices import Outside, StockStatus
from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)

STATUS_TONES = {
    StockStatus.AVAILABLE: "green",
    StockStatus.IN_TRANSIT: "blue",
    StockStatus.QUARANTINE: "amber",
    StockStatus.DAMAGED: "red",
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


class HeldTable(Table):
    """A partner's products, each with the age of its reading."""

    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
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
        # A node outside the reader's scope is no virtual place: it is only said to be elsewhere.
        return str(Outside(row.outside or Outside.OTHER).label)
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
    lot = TextColumn(_("Lot"), source="lot.code", visible=False)
    ref = TextColumn(_("Document"), card="")
    # facts are numbered as they are recorded, and the number has an index
    recorded = MomentColumn(_("Recorded at"), source="recorded_at", sort="id")

    class Meta:
        order_by = "-recorded"


class DifferenceTable(Table):
    node = TextColumn(_("Stock place"), card="title")
    sku = TextColumn(_("Product"))
    status = BadgeColumn(_("Status"))
    balance = QuantityColumn(_("Book stock"))
    moved = QuantityColumn(_("Sum of movements"))


class LotTable(Table):
    node = TextColumn(_("Stock place"), source="node.label", secondary="node.code")
    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    lot = TextColumn(_("Lot"))
    produced = DateColumn(_("Produced on"), source="produced_on")
    expires = DateColumn(_("Best before"), source="expires_on", card="text")
    days = NumberColumn(_("Days left"))
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display")

    def row_tone(self, record: Any) -> str:
        if record.days is None or record.days > 30:
            return ""
        return "red" if record.days < 0 else "amber"


class ReadingTable(Table):
    """A dealer or store, what it holds, and how old the reading is."""

    partner = LinkColumn(
        _("Partner"),
        url="network:partner",
        args=("node_id",),
        source="name",
        secondary="code",
        card="title",
    )
    region = TextColumn(_("Province"), source="province_label", card="text")
    products = LinkColumn(
        _("Products"), url="stock:partner", args=("node_id",), source="products", card="text"
    )
    quantity = QuantityColumn(_("Available"), source="available")
    transit = QuantityColumn(_("In transit"))
    held = QuantityColumn(_("On hold or damaged"))
    read = MomentColumn(_("Last reading"), source="read_at", relative=True)
    age = NumberColumn(_("Age in days"))

    def row_tone(self, record: Any) -> str:
        return "amber" if record["age"] is not None and record["age"] > 7 else ""


class PlaceTable(Table):
    node = LinkColumn(
        _("Stock place"),
        url="stock:place",
        source="node.label",
        sort="node__name",
        secondary="node.code",
    )
    supplies = BooleanColumn(_("Supplies orders"), card="text")
    resells = BooleanColumn(_("Takes orders of its stores"), card="text")
    negative = BooleanColumn(_("May go negative"), source="negative_allowed", card="text")


class ShelfLifeTable(Table):
    node = TextColumn(
        _("Partner or region"), source="node.label", secondary="node.code", card="title"
    )
    days = NumberColumn(_("Days left at shipment"), card="value")
