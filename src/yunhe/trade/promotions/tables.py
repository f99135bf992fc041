"""Columns of the lists of promotions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.tables import (
    BadgeColumn,
    DateColumn,
    LastDayColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    Table,
    TextColumn,
)
from yunhe.trade.promotions.choices import STATUS_TONES

WEIGHT_TONES = {"error": "red", "warning": "amber", "note": "blue"}
WEIGHT_LABELS = {"error": _("error"), "warning": _("warning"), "note": _("for information")}


class PromotionTable(Table):
    name = LinkColumn(
        _("Promotion"),
        url="promotions:detail",
        source="label",
        sort="name",
        secondary="code",
        card="title",
    )
    kind = BadgeColumn(_("Kind"))
    node = TextColumn(_("Run by"), source="node.label", sort="node__name")
    start = DateColumn(_("First day"), source="period.lower", sort="period", card="text")
    end = LastDayColumn(_("Last day"), source="period.upper", sort=False)
    stacking = BadgeColumn(_("Beside others"), visible=False)
    priority = NumberColumn(_("Priority"), visible=False)
    budget = MoneyColumn(_("Budget"), currency=".currency")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)

    class Meta:
        order_by = "-id"


class FloorTable(Table):
    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    node = TextColumn(_("Set by"), source="node.label", sort="node__name")
    price = MoneyColumn(_("Lowest price"))
    unit = TextColumn(_("Unit"), source="sku.get_base_unit_display", sort=False, card="text")


class FindingTable(Table):
    """The conflict report."""

    weight = StatusColumn(_("Weight"), tones=WEIGHT_TONES, labels=WEIGHT_LABELS, sort=False)
    text = TextColumn(_("Finding"), sort=False, card="title")


class UsageTable(Table):
    """What orders hold and took of the limits."""

    limit: Any = TextColumn(_("Limit"), source="label", sort=False, card="title")
    maximum = NumberColumn(_("In all"), places=2, sort=False)
    reserved = NumberColumn(_("Reserved by orders"), places=2, sort=False)
    committed = NumberColumn(_("Used"), places=2, sort=False)
    left = NumberColumn(_("Left"), places=2, sort=False)
