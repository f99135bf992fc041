"""Columns of pricing's lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    DateColumn,
    FoldColumn,
    LastDayColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PercentColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)
from yunhe.trade.pricing.choices import BreachState, ChangeState, ListStatus

CHANGE_TONES = {
    ChangeState.DRAFT: "grey",
    ChangeState.SUBMITTED: "amber",
    ChangeState.COMMITTED: "green",
    ChangeState.REJECTED: "red",
    ChangeState.CANCELLED: "grey",
}
BREACH_TONES = {BreachState.OPEN: "amber", BreachState.EXPLAINED: "green"}
STATUS_TONES = {
    ListStatus.DRAFT: "grey",
    ListStatus.PUBLISHED: "green",
    ListStatus.WITHDRAWN: "red",
}


class PriceListTable(Table):
    name = LinkColumn(
        _("Price list"), url="pricing:detail", source="label", sort="name", secondary="code"
    )
    node = TextColumn(_("Valid in"), source="node.label", sort="node__name")
    level = BadgeColumn(_("Level"), card="")
    tier = BadgeColumn(_("Tier"), card="")
    channel = BadgeColumn(_("Sales channel"), card="", visible=False)
    start = DateColumn(_("Valid from"), source="period.lower", sort="period", card="text")
    end = LastDayColumn(_("Last day"), source="period.upper", sort=False)
    rows_ = NumberColumn(_("Prices"), source="row_count")
    by_partner = BooleanColumn(_("Kept by the partner"), card="")
    priority = NumberColumn(_("Priority"), visible=False)
    currency = TextColumn(_("Currency"), visible=False)
    status = StatusColumn(_("Status"), tones=STATUS_TONES)

    class Meta:
        order_by = "name"


class OwnListTable(Table):
    """What a partner keeps for its own customers."""

    name = LinkColumn(
        _("Price list"), url="pricing_portal:own_list", source="label", sort="name", card="title"
    )
    level = BadgeColumn(_("Level"), card="")
    tier = BadgeColumn(_("Tier"), card="")
    start = DateColumn(_("Valid from"), source="period.lower", sort="period", card="text")
    end = LastDayColumn(_("Last day"), source="period.upper", sort=False)
    rows_ = NumberColumn(_("Prices"), source="row_count", card="value")
    status = StatusColumn(_("Status"), tones=STATUS_TONES, card="badge")

    class Meta:
        order_by = "name"


class SellingPriceTable(Table):
    """Rows of an own list beside the lowest price that the manufacturer allows."""

    sku = TextColumn(
        _("Product"), source="sku.label", sort=False, secondary="sku.code", card="title"
    )
    minimum = QuantityColumn(_("From quantity"), source="min_quantity", sort=False, card="text")
    unit = BadgeColumn(_("Unit"), source="get_unit_display", sort=False)
    price = MoneyColumn(_("Price"), currency=".price_list.currency", sort=False, card="value")
    lowest = MoneyColumn(_("Lowest allowed"), currency=".price_list.currency", sort=False)
    start = DateColumn(_("Valid from"), source="period.lower", sort=False)
    end = LastDayColumn(_("Last day"), source="period.upper", sort=False)


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
    end = LastDayColumn(_("Last day"), source="period.upper", sort=False)

    class Meta:
        order_by = "sku"


class SkuPriceTable(Table):
    """Prices of one SKU over the lists."""

    price_list = LinkColumn(
        _("Price list"),
        url="pricing:detail",
        args=("price_list_id",),
        source="price_list.label",
        sort="price_list__name",
        secondary="price_list.node.label",
        select=("price_list__node",),
    )
    minimum = QuantityColumn(_("From quantity"), source="min_quantity")
    unit = BadgeColumn(_("Unit"))
    price = MoneyColumn(_("Price"), currency=".price_list.currency")
    start = DateColumn(_("Valid from"), source="period.lower", sort="period", card="text")
    end = LastDayColumn(_("Last day"), source="period.upper", sort=False)


class OwnPriceTable(Table):
    """What the reader's own company pays today, in base unit and largest pack."""

    name = TextColumn(_("Product"), source="label", sort="name", secondary="code", card="title")
    brand = TextColumn(_("Brand"), source="product.brand.label", sort="product__brand__name")
    unit = BadgeColumn(_("Unit"), source="base_unit")
    price = MoneyColumn(_("Your price"), source="own_price", currency=".own_currency", sort=False)
    why = FoldColumn(_("Why this price"), source="own_why", sort=False)

    class Meta:
        order_by = "name"


class PriceChangeTable(Table):
    title = LinkColumn(_("Price change"), url="pricing:price_change", card="title")
    price_list = TextColumn(_("Price list"), source="price_list.label", sort="price_list__name")
    effective = DateColumn(_("Effective from"))
    partners = NumberColumn(_("Affected partners"))
    effect = MoneyColumn(_("Expected effect"), currency=".price_list.currency", card="value")
    state = StatusColumn(_("Status"), tones=CHANGE_TONES, card="badge")
    person = TextColumn(_("Requested by"), source="created_by.name", sort=False)

    class Meta:
        order_by = "-effective"


class ChangeLineTable(Table):
    """A request beside what holds now; rows are LinePreview."""

    sku = TextColumn(_("Product"), source="line.sku.label", secondary="line.sku.code", sort=False)
    minimum = QuantityColumn(_("From quantity"), source="line.min_quantity", sort=False)
    unit = BadgeColumn(_("Unit"), source="line.get_unit_display", sort=False)
    previous = MoneyColumn(_("Until now"), currency=".line.change.price_list.currency", sort=False)
    price = MoneyColumn(
        _("New price"),
        source="line.price",
        currency=".line.change.price_list.currency",
        sort=False,
        card="value",
    )
    share = PercentColumn(_("Change"), places=1, signed=True, sort=False)
    bought = QuantityColumn(_("Bought in 90 days"), source="effect.quantity", sort=False)
    effect = MoneyColumn(
        _("Expected effect"),
        source="effect.effect",
        currency=".line.change.price_list.currency",
        sort=False,
    )


class HistoryTable(SkuPriceTable):
    """Every row of one SKU, of all days."""

    status = StatusColumn(
        _("Status"), source="price_list.status", tones=STATUS_TONES, labels=dict(ListStatus.choices)
    )


class FloorTable(Table):
    sku = TextColumn(_("Product"), source="sku.label", sort="sku__name", secondary="sku.code")
    node = TextColumn(_("Valid in"), source="node.label", sort="node__name")
    stage = BadgeColumn(_("Sold to"))
    price = MoneyColumn(_("Minimum price"), currency=".currency", card="value")
    start = DateColumn(_("Valid from"), source="period.lower", sort="period")
    end = LastDayColumn(_("Last day"), source="period.upper", sort=False)


class BreachTable(Table):
    store = LinkColumn(
        _("Store"), url="pricing:breach", source="node.label", sort="node__name", card="title"
    )
    sku = TextColumn(_("Product"), source="sku.label", sort="sku__name", secondary="sku.code")
    on = DateColumn(_("Sold on"))
    unit_price = MoneyColumn(_("Sold at"), currency=".currency", card="value")
    floor_price = MoneyColumn(_("Minimum"), currency=".currency")
    below = PercentColumn(_("Below by"), places=1, sort=False)
    quantity = QuantityColumn(_("Quantity"))
    document = TextColumn(_("Document"))
    state = StatusColumn(_("Status"), tones=BREACH_TONES, card="badge")

    class Meta:
        order_by = "-on"


class CompetitorTable(Table):
    product = TextColumn(_("Competing product"), secondary="competitor", card="title")
    sku = TextColumn(_("Our product"), source="sku.label", sort="sku__name")
    price = MoneyColumn(_("Price"), currency=".currency", card="value")
    node = TextColumn(_("Seen at"), source="node.label", sort="node__name")
    channel = BadgeColumn(_("Sales channel"))
    seen = DateColumn(_("Seen on"), source="seen_on")
    note = TextColumn(_("Note"), visible=False)

    class Meta:
        order_by = "-seen"


class ChannelTable(Table):
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", secondary="node.code")
    channel = BadgeColumn(_("Sales channel"))
