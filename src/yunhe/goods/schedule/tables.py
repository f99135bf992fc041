"""Columns of the production schedule."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.tables import (
    BooleanColumn,
    DateColumn,
    QuantityColumn,
    Table,
    TextColumn,
)


class ScheduleTable(Table):
    on = DateColumn(_("Available on"), card="text")
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
    confirmed = BooleanColumn(_("Confirmed"))
    node = TextColumn(_("Supply place"), source="node.label", card="")
    ref = TextColumn(_("Plan number"), card="")


class PromiseTable(Table):
    """What can be promised to the reader, by day."""

    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    on = DateColumn(_("From"), card="text")
    quantity = QuantityColumn(_("Can be promised"), unit=".sku.get_base_unit_display", card="value")
