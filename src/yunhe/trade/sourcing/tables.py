"""Columns of sourcing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.platform.ui.provinces import province_name
from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
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
from yunhe.trade.orders.choices import STATUS_TONES, OrderStatus
from yunhe.trade.sourcing.choices import CAUSE_TONES, PART_TONES, CreditCause, PartState
from yunhe.trade.sourcing.models import Part, PartCredit, SupplyPoint
from yunhe.trade.sourcing.wording import served_text, why


class RuleTable(Table):
    """Named rules."""

    name = LinkColumn(
        _("Rule"), url="sourcing:rule", source="label", sort="name", secondary="code", card="title"
    )
    kind = TextColumn(_("Kind of rule"), source="get_kind_display", sort="kind", card="text")
    dealers = BooleanColumn(_("Dealers serve too"))
    production = BooleanColumn(_("Production counts"))
    answer_hours = NumberColumn(_("Hours to answer"))
    fee_percent = NumberColumn(_("Service fee, %"))
    preferred = BooleanColumn(_("Used when none is chosen"))


def provinces_of(point: SupplyPoint) -> Any:
    return "、".join(province_name(code) for code in point.provinces) or _("everywhere")


def brands_of(point: SupplyPoint) -> Any:
    return "、".join(point.brands) or _("every brand")


class PointTable(Table):
    """Supply places that serve orders of others."""

    node = LinkColumn(
        _("Supply place"),
        url="sourcing:point",
        source="node.label",
        sort="node__name",
        secondary="node.code",
        card="title",
    )
    kind = TextColumn(_("Kind"), source="node.get_kind_display", sort="node__kind", card="text")
    province = TextColumn(
        _("Lies in"), value=lambda row: province_name(row.province) if row.province else ""
    )
    provinces = TextColumn(_("Serves provinces"), value=provinces_of, sort=False)
    brands = TextColumn(_("Serves brands"), value=brands_of, sort=False)
    active = BooleanColumn(_("In use"))


def reasons_of(part: Part) -> str:
    """Why this place, each sentence once, in the order of the lines."""
    rows = sorted(part.reasons.items(), key=lambda pair: int(pair[0]))
    return " ".join(dict.fromkeys(why(reason, others=False) for _row, reason in rows))


class PartTable(Table):
    """Parts of orders at headquarters."""

    order = LinkColumn(
        _("Order"), url="orders:detail", source="order.number", sort="order__number", card="title"
    )
    node = TextColumn(_("Partner"), source="partner_label", card="text")
    supplier = TextColumn(_("Served from"), source="place_label")
    total = MoneyColumn(
        _("Amount"), source="order.total", sort="order__total", currency=".order.currency"
    )
    state = StatusColumn(
        pgettext_lazy("from a partner", "Answer"),
        tones=PART_TONES,
        labels=dict(PartState.choices),
        card="badge",
    )
    answer_by = MomentColumn(_("Answer until"))
    status = BadgeColumn(
        _("Status"),
        source="order.status",
        sort="order__status",
        tones=STATUS_TONES,
        labels=dict(OrderStatus.choices),
    )


class OrderPartTable(Table):
    """The parts on the page of the order: from where, how far, why."""

    order = LinkColumn(
        _("Part"), url="orders:detail", source="order.number", sort=False, card="title"
    )
    supplier = TextColumn(_("Served from"), source="place_label", sort=False, card="text")
    total = MoneyColumn(_("Amount"), source="order.total", currency=".order.currency", sort=False)
    status = BadgeColumn(
        _("Status"),
        source="order.status",
        sort=False,
        tones=STATUS_TONES,
        labels=dict(OrderStatus.choices),
    )
    state = StatusColumn(
        pgettext_lazy("from a partner", "Answer"),
        tones=PART_TONES,
        labels=dict(PartState.choices),
        sort=False,
        card="",
    )
    why = TextColumn(_("Why"), value=reasons_of, sort=False)


class CreditedPartTable(OrderPartTable):
    """The same at headquarters, with what the serving dealer was credited."""

    credited = MoneyColumn(
        _("Credited to the dealer"), currency=".order.currency", sort=False, card=""
    )


class OwnOrderPartTable(OrderPartTable):
    """The same on the phone."""

    order = LinkColumn(
        _("Part"), url="orders_portal:detail", source="order.number", sort=False, card="title"
    )


class ServeTable(Table):
    """Orders that the reader's place should serve."""

    order = LinkColumn(
        _("Order"), url="sourcing_portal:part", source="order.number", sort=False, card="title"
    )
    node = TextColumn(_("For"), source="partner_label", sort=False, card="text")
    total = MoneyColumn(
        _("Amount"), source="order.total", currency=".order.currency", sort=False, card="value"
    )
    answer_by = MomentColumn(_("Answer until"), sort=False)
    state = StatusColumn(
        pgettext_lazy("from a partner", "Answer"),
        tones=PART_TONES,
        labels=dict(PartState.choices),
        sort=False,
        card="badge",
    )


class ServeLineTable(Table):
    """Lines of an order to serve: what, how much, how much is handed over."""

    product = TextColumn(
        _("Product"), source="sku.label", secondary="sku.code", sort=False, card="title"
    )
    quantity = QuantityColumn(_("Quantity"), unit=".get_unit_display", sort=False, card="value")
    shipped = NumberColumn(_("Handed over, base units"), source="shipped", sort=False, card="text")


def what_for(credit: PartCredit) -> str:
    """The sentence of the statement, in the reader's language."""
    partner = getattr(credit, "partner_label", "")
    return served_text(credit, number=credit.part.order.number, partner=partner)


class CreditTable(Table):
    """What the serving dealer was credited, shipment by shipment."""

    number = TextColumn(_("Document"), sort=False, card="title")
    what_for = TextColumn(_("What for"), value=what_for, sort=False, card="text")
    on = DateColumn(_("Date"), sort=False)
    cause = StatusColumn(
        _("Kind"), tones=CAUSE_TONES, labels=dict(CreditCause.choices), sort=False, card="badge"
    )
    goods = MoneyColumn(_("Goods"), currency=".currency", sort=False, card="")
    fee = MoneyColumn(_("Service fee"), currency=".currency", sort=False, card="")
    amount = MoneyColumn(_("Credited"), currency=".currency", sort=False, card="value")
