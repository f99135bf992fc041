"""Columns of the lists of stock alerts and transfers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.choices import (
    ALERT_TONES,
    APPROVAL_TONES,
    SEVERITY_TONES,
    STATUS_TONES,
    AlertKind,
    Severity,
)
from yunhe.goods.transfers.permissions import PROPOSE
from yunhe.goods.transfers.queries import AlertGroup
from yunhe.goods.transfers.words import advice, suggestion
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, ButtonGroup
from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
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


def severity_badge(row: Any) -> Badge:
    severity = Severity(row.severity)
    return Badge(label=severity.label, tone=SEVERITY_TONES[severity])


@dataclass(frozen=True)
class Fold:
    """The advice, and under it the worst alerts with the way to all of them."""

    group: AlertGroup
    by: str
    url: str

    def render(self) -> SafeString:
        words = {"group": self.group, "by": self.by, "url": self.url, "advice": advice(self.group)}
        return render_to_string("transfers/fold.html", words)


def fold(by: str, url_name: str) -> Callable[[AlertGroup], Fold]:
    """Makes the fold of a group; `by` names the filter of the list of single alerts."""
    return lambda group: Fold(group, by, f"{reverse(url_name)}?{by}={group.pk}")


def count_of(kind: AlertKind) -> Callable[[AlertGroup], int]:
    return lambda group: group.kinds[kind]


class GroupTable(Table):
    """Base of alerts by partner or product."""

    name = TextColumn(_("Partner"), source="label", secondary="code", card="title")
    severity = ComponentColumn(_("Severity"), build=severity_badge, card="badge")
    low = NumberColumn(AlertKind.LOW.label, value=count_of(AlertKind.LOW), card="")
    over = NumberColumn(AlertKind.OVER.label, value=count_of(AlertKind.OVER), card="")
    slow = NumberColumn(AlertKind.SLOW.label, value=count_of(AlertKind.SLOW), card="")
    expiry = NumberColumn(AlertKind.EXPIRY.label, value=count_of(AlertKind.EXPIRY), card="")
    alerts = NumberColumn(_("Alerts"), card="value")
    since = DateColumn(_("Alert since"), card="", visible=False)


class PartnerGroups(GroupTable):
    advice = ComponentColumn(
        _("What to do"), build=fold("partner", "transfers:alert_rows"), value=advice, card="text"
    )


class ProductGroups(GroupTable):
    name = TextColumn(_("Product"), source="label", secondary="code", card="title")
    advice = ComponentColumn(
        _("What to do"), build=fold("product", "transfers:alert_rows"), value=advice, card="text"
    )


class OwnGroups(GroupTable):
    name = TextColumn(_("Store"), source="label", secondary="code", card="title")
    advice = ComponentColumn(
        _("What to do"),
        build=fold("partner", "transfers_portal:alert_rows"),
        value=advice,
        card="text",
    )


class AlertTable(Table):
    severity = ComponentColumn(
        _("Severity"), build=severity_badge, sort="severity", source="severity", card=""
    )
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", secondary="node.code")
    kind = StatusColumn(_("Alert"), tones=ALERT_TONES)
    quantity = QuantityColumn(_("Stock"), unit=".sku.get_base_unit_display", card="value")
    days = NumberColumn(_("Number of days"), card="text")
    what = TextColumn(_("Suggestion"), value=suggestion, card="text")
    since = DateColumn(_("Alert since"), card="")


def follow_button(alert: Any) -> Button:
    """Where the suggestion is followed: order, or see where it lies."""
    low = alert.kind == AlertKind.LOW
    name = "orders_portal:catalogue" if low else "stock_portal:list"
    return Button(
        label=_("Order it") if low else _("Where it lies"),
        url=f"{reverse(name)}?{urlencode({'q': alert.sku.code})}",
        icon="shopping-cart" if low else "packages",
        size="small",
    )


def neighbour_buttons(alert: Any) -> ButtonGroup:
    """The same, and beside it to ask another partner for the goods or offer them."""
    low = alert.kind == AlertKind.LOW
    words = {
        "way": "ask" if low else "offer",
        "own": alert.node_id,
        "rows": f"{alert.sku.code} {alert.amount.normalize():f}",
    }
    other = Button(
        label=_("Ask a neighbour") if low else _("Offer it"),
        url=f"{reverse('transfers_portal:create')}?{urlencode(words)}",
        icon="arrows-exchange",
        size="small",
    )
    return ButtonGroup(buttons=[follow_button(alert), other], label=alert.sku.label)


class OwnAlertTable(AlertTable):
    """Of the reader's own place, which need not be named on every row."""

    severity = ComponentColumn(_("Severity"), build=severity_badge, sort="severity", card="badge")
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", visible=False)
    kind = StatusColumn(_("Alert"), tones=ALERT_TONES, card="text")
    act = ComponentColumn(_("Action"), build=follow_button, card="text")


class DealerAlertTable(OwnAlertTable):
    """For whoever may ask other partners."""

    act = ComponentColumn(_("Action"), build=neighbour_buttons, card="text")


class PlacesAlertTable(DealerAlertTable):
    """Of the own place and of those below it."""

    node = TextColumn(_("Partner"), source="node.label", sort="node__name")


def safety_state(row: Any) -> str:
    return str(_now("below the safety stock") if row.above < 0 else _now("safety stock is there"))


def safety_badge(row: Any) -> Badge:
    return Badge(label=safety_state(row), tone="red" if row.above < 0 else "green")


class RuleTable(Table):
    node = LinkColumn(
        _("Partner or region"),
        source="node.label",
        secondary="node.code",
        url="transfers:rule_change",
    )
    level = BadgeColumn(_("Level"))
    tier = BadgeColumn(_("Tier"))
    low = NumberColumn(_("Low below days"), source="low_days")
    over = NumberColumn(_("Over above days"), source="over_days")
    slow = NumberColumn(_("Slow after days"), source="slow_days")
    expiry = NumberColumn(_("Expiry within days"), source="expiry_days")


class SafetyTable(Table):
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", secondary="node.code")
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    on_hand = QuantityColumn(
        _("Stock"), unit=".sku.get_base_unit_display", sort="on_hand", card="text"
    )
    quantity = QuantityColumn(
        _("Safety stock"), unit=".sku.get_base_unit_display", sort="quantity", card="value"
    )
    above = QuantityColumn(_("Above it"), sort="above", card="")
    state = ComponentColumn(_("State"), build=safety_badge, value=safety_state, card="badge")


class OwnSafetyTable(SafetyTable):
    """For a reader with one place."""

    node = TextColumn(_("Partner"), source="node.label", sort="node__name", visible=False, card="")


class SuggestionTable(Table):
    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    daily = QuantityColumn(_("Sold a day"), card="text")
    present = QuantityColumn(_("Safety stock now"), card="text")
    suggested = QuantityColumn(_("Suggested"), unit=".sku.get_base_unit_display", card="value")


class TermsTable(Table):
    node = LinkColumn(
        _("Partner or region"),
        source="node.label",
        secondary="node.code",
        url="transfers:terms_change",
    )
    propose = BooleanColumn(_("Partners may propose"), source="partners_propose")
    approve = MoneyColumn(_("Headquarters approves from"), source="approve_from", card="value")


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
    sender = TextColumn(_("From"), source="sender_label")
    receiver = TextColumn(_("To"), source="receiver_label")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    proposer = BadgeColumn(_("Begun by"), card="text")
    approval = BadgeColumn(_("Approval"), tones=APPROVAL_TONES, card="")
    created = MomentColumn(_("Proposed"), source="created_at")


class OwnTransferTable(TransferTable):
    number = LinkColumn(_("Transfer"), url="transfers_portal:detail", card="title")


class LineTable(Table):
    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
    price = MoneyColumn(_("Price"), source="unit_price")
    received = QuantityColumn(_("Received"))
    amount = MoneyColumn(_("Amount"), card="text")
