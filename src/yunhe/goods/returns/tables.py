"""Columns of the lists of returns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.returns.choices import STATUS_TONES
from yunhe.platform.ui.tables import (
    BadgeColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)


class ReturnTable(Table):
    number = LinkColumn(_("Return"), url="returns:detail", card="title")
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", secondary="node.code")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    asked = MoneyColumn(_("Asked"), currency=".currency")
    credited = MoneyColumn(_("Credited"), currency=".currency")
    requested = MomentColumn(_("Requested"), source="requested_at")
    send_by = DateColumn(_("Send back by"))


class OwnReturnTable(Table):
    number = LinkColumn(_("Return"), url="returns_portal:detail", card="title")
    node = TextColumn(_("Partner"), source="node.label", card="text")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    asked = MoneyColumn(_("Asked"), currency=".currency", card="value")
    credited = MoneyColumn(_("Credited"), currency=".currency", card="text")
    requested = MomentColumn(_("Requested"), source="requested_at", card="text")
    send_by = DateColumn(_("Send back by"), card="text")


class RightTable(Table):
    node = TextColumn(_("Partner"), source="node.label", secondary="node.code", card="title")
    contract = LinkColumn(_("Contract"), url="returns:right", card="text")
    percent = NumberColumn(_("Percent of purchases"), places=2, card="value")
    damaged = NumberColumn(_("For damaged goods, percent"), source="damaged_percent", places=2)
    period = BadgeColumn(_("Period"))
    send_days = NumberColumn(_("Days to send"))
    brand = TextColumn(_("Brand"), source="brand.label")
    category = TextColumn(_("Category"), source="category.label")
    start = DateColumn(_("Valid from"), source="valid_from")
    end = DateColumn(_("Valid until"), source="valid_to")


class LineTable(Table):
    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
    price = MoneyColumn(_("Price"), source="unit_price")
    amount = MoneyColumn(_("Amount"), card="text")
    good = QuantityColumn(_("Good"))
    damaged = QuantityColumn(_("Damaged"))
    refused = QuantityColumn(_("Refused"))
