"""Columns of the lists of stock alerts and transfers."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.choices import ALERT_TONES, STATUS_TONES, AlertKind
from yunhe.goods.transfers.permissions import PROPOSE
from yunhe.goods.transfers.words import suggestion
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button
from yunhe.platform.ui.tables import (
    BadgeColumn,
    ComponentColumn,
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


class AlertTable(Table):
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", secondary="node.code")
    kind = StatusColumn(_("Alert"), tones=ALERT_TONES)
    quantity = QuantityColumn(_("Stock"), unit=".sku.get_base_unit_display", card="value")
    days = NumberColumn(_("Number of days"), card="text")
    what = TextColumn(_("Suggestion"), value=suggestion, card="text")
    since = DateColumn(_("Alert since"), card="")


def alert_button(alert: Any) -> Button:
    """Where the suggestion is followed: order, or use the right of return."""
    if alert.kind == AlertKind.LOW:
        url = f"{reverse('orders_portal:catalogue')}?{urlencode({'q': alert.sku.code})}"
        return Button(label=_("Order it"), url=url, icon="shopping-cart", size="small")
    url = f"{reverse('stock_portal:list')}?{urlencode({'q': alert.sku.code})}"
    return Button(label=_("Where it lies"), url=url, icon="packages", size="small")


class OwnAlertTable(AlertTable):
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", card="text")
    act = ComponentColumn(_("Action"), build=alert_button, card="badge")
    kind = StatusColumn(_("Alert"), tones=ALERT_TONES, card="text")


class RuleTable(Table):
    node = TextColumn(
        _("Partner or region"), source="node.label", secondary="node.code", card="title"
    )
    level = BadgeColumn(_("Level"))
    tier = BadgeColumn(_("Tier"))
    low = NumberColumn(_("Low below days"), source="low_days")
    over = NumberColumn(_("Over above days"), source="over_days")
    slow = NumberColumn(_("Slow after days"), source="slow_days")
    expiry = NumberColumn(_("Expiry within days"), source="expiry_days")


NAMED = 3


def goods_text(row: Any) -> str:
    """The first products with their quantities, and how many more."""
    named = [
        f"{each.sku.label} × {formatting.quantity(each.quantity)}" for each in row.goods[:NAMED]
    ]
    if len(row.goods) > NAMED:
        named.append(_now("and %(count)s products more") % {"count": len(row.goods) - NAMED})
    return "; ".join(named)


def propose_button(row: Any) -> Button:
    """To the form, filled in."""
    lines = "\n".join(f"{each.sku.code} {each.quantity} {each.price}" for each in row.goods)
    words = {"sender": row.sender.code, "receiver": row.receiver.code, "rows": lines}
    url = f"{reverse('transfers:create')}?{urlencode(words)}"
    return Button(
        label=_("Propose"), url=url, icon="arrows-exchange", size="small", permission=PROPOSE
    )


class ProposalTable(Table):
    sender = TextColumn(_("From"), source="sender.label", secondary="sender.code", card="title")
    receiver = TextColumn(_("To"), source="receiver.label", secondary="receiver.code")
    km = NumberColumn(_("Kilometres"), card="text")
    goods = TextColumn(_("Goods to send"), value=goods_text, card="text")
    products = NumberColumn(_("Products"), value=lambda row: len(row.goods))
    worth = MoneyColumn(_("Value of the goods"), card="value")


class ActingProposalTable(ProposalTable):
    """For whoever may propose."""

    act = ComponentColumn(_("Action"), build=propose_button)


class TransferTable(Table):
    number = LinkColumn(_("Transfer"), url="transfers:detail", card="title")
    sender = TextColumn(_("From"), source="sender_name", sort="sender_name")
    receiver = TextColumn(_("To"), source="receiver_name", sort="receiver_name")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    created = MomentColumn(_("Proposed"), source="created_at")


class OwnTransferTable(TransferTable):
    number = LinkColumn(_("Transfer"), url="transfers_portal:detail", card="title")


class LineTable(Table):
    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
    price = MoneyColumn(_("Price"), source="unit_price")
    received = QuantityColumn(_("Received"))
    amount = MoneyColumn(_("Amount"), card="text")
