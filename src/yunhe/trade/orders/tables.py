"""Tables of orders."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import (
    ComponentColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    QuantityColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.tables import Table
from yunhe.trade.orders.choices import STATUS_TONES
from yunhe.trade.orders.models import OrderLine
from yunhe.trade.orders.queries import why_price


class OrderTable(Table):
    """Orders at headquarters."""

    number = LinkColumn(_("Order"), url="orders:detail")
    node = TextColumn(_("Partner"), source="partner_label", sort="partner_label")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    placed_on = DateColumn(_("Ordered"))
    line_count = NumberColumn(_("Lines"), card="")
    total = MoneyColumn(_("Amount"), currency=".currency")
    supplier = TextColumn(
        _("Supplier"),
        source="supplier_label",
        sort="supplier_label",
        visible=False,
    )
    entered_in = TextColumn(
        _("Entered in"), source="get_source_display", sort="source", visible=False
    )

    class Meta:
        order_by = "-placed_on"


class SuppliedTable(Table):
    """What stores ordered from a dealer, on the dealer's phone."""

    number = LinkColumn(_("Order"), url="orders_portal:supply_detail")
    node = TextColumn(_("Store"), source="partner_label", sort="partner_label", card="text")
    placed_on = DateColumn(_("Ordered"), card="text")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    line_count = NumberColumn(_("Lines"), card="")
    total = MoneyColumn(_("Amount"), currency=".currency")

    class Meta:
        order_by = "-placed_on"


class OwnOrderTable(Table):
    """Orders on the portal."""

    number = LinkColumn(_("Order"), url="orders_portal:detail")
    placed_on = DateColumn(_("Ordered"), card="text")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    line_count = NumberColumn(_("Lines"))
    total = MoneyColumn(_("Amount"), currency=".currency")

    class Meta:
        order_by = "-placed_on"


def price_with_reason(line: OrderLine) -> SafeString:
    """The price, and behind it the sentence why."""
    return format_html(
        "<details><summary>{}</summary><small>{}</small></details>",
        formatting.money(line.unit_price, ""),
        why_price(line),
    )


class LineTable(Table):
    """Lines of an order; quantities shipped and received are base units."""

    row = NumberColumn(_("No."))
    sku = TextColumn(
        _("Product"), source="sku.label", secondary="sku.code", sort=False, card="title"
    )
    quantity = QuantityColumn(_("Quantity"), unit=".get_unit_display")
    unit_price = ComponentColumn(_("Price and why"), build=price_with_reason, card="text")
    discount = MoneyColumn(_("Promotions took off"), sort=False, card="")
    amount = MoneyColumn(_("Amount"))
    shipped = NumberColumn(_("Shipped"), hint=_("Base units"))
    received = NumberColumn(_("Received"), hint=_("Base units"))
    dropped = NumberColumn(_("Given up"), hint=_("Base units"), visible=False)

    class Meta:
        order_by = "row"


class TermsTable(Table):
    """Order terms by region and level."""

    node = LinkColumn(
        _("Region"), source="node.label", url="orders:terms_edit", sort=False, select=("node",)
    )
    level = TextColumn(_("Level"), source="get_level_display", sort="level")
    minimum = MoneyColumn(_("Minimum order value"))
    days = TextColumn(_("Order days"), source="days", sort=False)
    cut_off = TextColumn(_("Orders until"))
