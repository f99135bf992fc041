"""Columns of purchasing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
from yunhe.platform.values import to_text
from yunhe.trade.purchasing.choices import (
    CHANGE_TONES,
    PURCHASE_TONES,
    ChangeState,
    LineAnswer,
    PurchaseState,
)
from yunhe.trade.purchasing.suppliers import supplier_label

ANSWER_TONES = {
    LineAnswer.ACCEPTED: "green",
    LineAnswer.CHANGED: "violet",
    LineAnswer.REJECTED: "red",
}


def changed_lines(change: Any) -> str:
    """Line and quantities, as "2: 90 → 40"."""
    return "; ".join(
        f"{line['row']}: {to_text(Decimal(line['before']))} → {to_text(Decimal(line['after']))}"
        for line in change.lines
    )


def system_name(row: Any) -> str:
    return supplier_label(row.connector)


class PurchaseTable(Table):
    """Purchase orders."""

    number = LinkColumn(_("Purchase order"), url="purchasing:detail", card="title")
    order = TextColumn(_("Order"), source="order.number", sort="order__number", card="text")
    node = TextColumn(_("Supply place"), source="node.label", sort="node__name")
    connector = TextColumn(_("System"), source=system_name, sort="connector", card="")
    state = StatusColumn(
        _("State"), tones=PURCHASE_TONES, labels=dict(PurchaseState.choices), card="badge"
    )
    created_at = MomentColumn(_("Created"))
    answered_at = MomentColumn(_("Answered"))

    class Meta:
        order_by = "-created_at"


class ChangeTable(Table):
    """Changes and cancellations that the supplier was told."""

    sequence = NumberColumn(_("Change"), sort=False, card="title")
    what = TextColumn(_("Quantities"), source=changed_lines, sort=False, card="text")
    created = MomentColumn(_("Created"), source="created_at", sort=False, card="text")
    answered = MomentColumn(_("Answered"), source="answered_at", sort=False, card="")
    reference = TextColumn(_("Their reference"), sort=False, card="")
    state = StatusColumn(
        _("State"), tones=CHANGE_TONES, labels=dict(ChangeState.choices), sort=False, card="badge"
    )


class PurchaseLineTable(Table):
    """What was asked and what the supplier says."""

    product = TextColumn(
        _("Product"), source="sku.label", secondary="sku.code", sort=False, card="title"
    )
    quantity = QuantityColumn(_("Ordered"), unit=".get_unit_display", sort=False, card="text")
    confirmed = QuantityColumn(_("Confirmed"), unit=".get_unit_display", sort=False, card="value")
    deliver_on = DateColumn(_("Supplier delivers on"), sort=False, card="text")
    answer = BadgeColumn(
        pgettext_lazy("from a partner", "Answer"),
        tones=ANSWER_TONES,
        labels=dict(LineAnswer.choices),
        sort=False,
    )


class LinkTable(Table):
    """Supply places that a supplier's system serves."""

    node = LinkColumn(
        _("Supply place"), url="purchasing:link", source="node.label", sort="node__name",
        card="title",
    )  # fmt: skip
    connector = TextColumn(_("System"), source=system_name, sort="connector", card="text")
    account = TextColumn(_("Our number at the supplier"))
    active = BooleanColumn(_("In use"))
