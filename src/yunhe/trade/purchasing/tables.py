"""Columns of purchasing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)
from yunhe.trade.purchasing.choices import PURCHASE_TONES, LineAnswer, PurchaseState

ANSWER_TONES = {
    LineAnswer.ACCEPTED: "green",
    LineAnswer.CHANGED: "violet",
    LineAnswer.REJECTED: "red",
}


class PurchaseTable(Table):
    """Purchase orders."""

    number = LinkColumn(_("Purchase order"), url="purchasing:detail", card="title")
    order = TextColumn(_("Order"), source="order.number", sort="order__number", card="text")
    node = TextColumn(_("Supply place"), source="node.label", sort="node__name")
    connector = TextColumn(_("System"), card="")
    state = StatusColumn(
        _("State"), tones=PURCHASE_TONES, labels=dict(PurchaseState.choices), card="badge"
    )
    created_at = MomentColumn(_("Created"))
    answered_at = MomentColumn(_("Answered"))

    class Meta:
        order_by = "-created_at"


class PurchaseLineTable(Table):
    """What was asked and what the supplier says."""

    product = TextColumn(
        _("Product"), source="line.sku.label", secondary="line.sku.code", sort=False, card="title"
    )
    quantity = QuantityColumn(_("Ordered"), unit=".line.get_unit_display", sort=False, card="text")
    confirmed = QuantityColumn(
        _("Confirmed"), unit=".line.get_unit_display", sort=False, card="value"
    )
    deliver_on = DateColumn(_("Supplier delivers on"), sort=False, card="text")
    answer = BadgeColumn(
        _("Answer"), tones=ANSWER_TONES, labels=dict(LineAnswer.choices), sort=False
    )


class LinkTable(Table):
    """Supply places that a supplier's system serves."""

    node = LinkColumn(
        _("Supply place"), url="purchasing:link", source="node.label", sort="node__name",
        card="title",
    )  # fmt: skip
    connector = TextColumn(_("System"), card="text")
    account = TextColumn(_("Our number at the supplier"))
    active = BooleanColumn(_("In use"))
