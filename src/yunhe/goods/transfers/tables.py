"""Columns of the lists of stock alerts and transfers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.choices import ALERT_TONES, STATUS_TONES
from yunhe.goods.transfers.words import suggestion
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


class AlertTable(Table):
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", secondary="node.code")
    kind = StatusColumn(_("Alert"), tones=ALERT_TONES)
    quantity = QuantityColumn(_("Stock"), unit=".sku.get_base_unit_display", card="value")
    days = NumberColumn(_("Days"))
    what = TextColumn(_("Suggestion"), value=suggestion, card="text")
    since = DateColumn(_("Since"))


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


class ProposalTable(Table):
    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    sender = TextColumn(_("From"), source="sender.label", secondary="sender.code")
    receiver = TextColumn(_("To"), source="receiver.label", secondary="receiver.code")
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
    km = NumberColumn(_("Kilometres"), card="text")


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
