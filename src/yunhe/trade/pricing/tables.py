"""Columns of pricing's lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.tables import (
    BadgeColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)
from yunhe.trade.pricing.choices import ListStatus

STATUS_TONES = {
    ListStatus.DRAFT: "grey",
    ListStatus.PUBLISHED: "green",
    ListStatus.WITHDRAWN: "red",
}


class PriceListTable(Table):
    name = LinkColumn(_("Price list"), url="pricing:detail", secondary="code")
    node = TextColumn(_("Valid in"), source="node.label", sort="node__name")
    level = BadgeColumn(_("Level"), card="")
    tier = BadgeColumn(_("Tier"), card="")
    start = DateColumn(_("Valid from"), source="period.lower", sort="period", card="text")
    end = DateColumn(_("Ends before"), source="period.upper", sort=False)
    rows_ = NumberColumn(_("Prices"), source="row_count")
    priority = NumberColumn(_("Priority"), visible=False)
    currency = TextColumn(_("Currency"), visible=False)
    status = StatusColumn(_("Status"), tones=STATUS_TONES)

    class Meta:
        order_by = "name"


class PriceTable(Table):
    sku = LinkColumn(
        _("Product"),
        url="catalog:sku",
        args=("sku_id",),
        source="sku.label",
        sort="sku__name",
        secondary="sku.code",
    )
    minimum = QuantityColumn(_("From quantity"), source="min_quantity")
    unit = BadgeColumn(_("Unit"))
    price = MoneyColumn(_("Price"), currency=".price_list.currency")
    start = DateColumn(_("Valid from"), source="period.lower", sort="period", card="text")
    end = DateColumn(_("Ends before"), source="period.upper", sort=False)

    class Meta:
        order_by = "sku"


class SkuPriceTable(Table):
    """Prices of one SKU over the lists."""

    price_list = LinkColumn(
        _("Price list"),
        url="pricing:detail",
        args=("price_list_id",),
        source="price_list.name",
        sort="price_list__name",
        secondary="price_list.node.label",
        select=("price_list__node",),
    )
    minimum = QuantityColumn(_("From quantity"), source="min_quantity")
    unit = BadgeColumn(_("Unit"))
    price = MoneyColumn(_("Price"), currency=".price_list.currency")
    start = DateColumn(_("Valid from"), source="period.lower", sort="period", card="text")
    end = DateColumn(_("Ends before"), source="period.upper", sort=False)


class OwnPriceTable(Table):
    """What the reader's own company pays today, in base unit and largest pack."""

    name = TextColumn(_("Product"), source="label", sort="name", secondary="code", card="title")
    brand = TextColumn(_("Brand"), source="product.brand.label", sort="product__brand__name")
    unit = BadgeColumn(_("Unit"), source="base_unit")
    price = MoneyColumn(_("Your price"), source="own_price", currency=".own_currency", sort=False)
    why = TextColumn(_("Why this price"), source="own_why", sort=False)

    class Meta:
        order_by = "name"
