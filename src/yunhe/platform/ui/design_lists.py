"""Sample table, filters and phone lists of the design page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.component import Component
from yunhe.platform.ui.components.basics import Avatar, Badge
from yunhe.platform.ui.components.lists import (
    CardItem,
    CardList,
    FilterBar,
    FilterChips,
    TableComponent,
)
from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet
from yunhe.platform.ui.formatting import money
from yunhe.platform.ui.tables import (
    BadgeColumn,
    DateColumn,
    MoneyColumn,
    PercentColumn,
    ProgressColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)

STATES = {"draft": _("Draft"), "confirmed": _("Confirmed"), "overdue": _("Overdue")}
TIERS = {"core": _("Core"), "growth": _("Growth")}


@dataclass(frozen=True)
class SampleOrder:
    pk: int
    number: str
    dealer: str
    city: str
    placed: date
    cases: int
    total: Decimal
    margin: Decimal
    state: str
    tier: str
    shipped: Decimal


ORDERS = (
    SampleOrder(1, "SO-1042", "杭州临安商贸有限公司", "杭州", date(2026, 11, 18), 480,
                Decimal("58320"), Decimal("0.182"), "confirmed", "core", Decimal("0.75")),
    SampleOrder(2, "SO-1041", "苏州江南食品经营部", "苏州", date(2026, 11, 17), 96,
                Decimal("11664.5"), Decimal("0.164"), "draft", "growth", Decimal("0")),
    SampleOrder(3, "SO-1039", "南京秦淮贸易有限公司", "南京", date(2026, 11, 9), 1200,
                Decimal("145800"), Decimal("-0.012"), "overdue", "core", Decimal("1")),
)  # fmt: skip


class SampleTable(Table):
    number = TextColumn(_("Order"), card="title")
    dealer = TextColumn(_("Dealer"), secondary="city")
    tier = BadgeColumn(_("Tier"), labels=TIERS, tones={"core": "teal", "growth": "blue"})
    placed = DateColumn(_("Ordered"))
    cases = QuantityColumn(_("Quantity"), unit=_("cases"))
    total = MoneyColumn(_("Amount"))
    margin = PercentColumn(_("Margin"), signed=True, card="")
    shipped = ProgressColumn(_("Shipped"), card="")
    state = StatusColumn(
        _("Status"), labels=STATES, tones={"confirmed": "green", "draft": "grey", "overdue": "red"}
    )

    class Meta:
        order_by = "-number"
        caption = _("Orders")


class SampleFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=list(STATES.items()), apply=lambda rows, value: rows)
    placed = DateRangeFilter(_("Ordered"), apply=lambda rows, value: rows)


def lists(request: HttpRequest) -> list[Component]:
    """Filter bar, table, phone list."""
    return [
        FilterBar(filters=SampleFilters(request.GET)),
        FilterChips(filters=SampleFilters(QueryDict("state=overdue&placed_from=2026-11-01"))),
        TableComponent(table=SampleTable(ORDERS, query=request.GET), selectable=True),
        CardList(
            items=[
                CardItem(
                    title=order.dealer,
                    text=f"{order.number} · {order.placed}",
                    value=money(order.total),
                    badge=Badge(label=STATES[order.state], tone="grey"),
                    lead=Avatar(label=order.dealer),
                    url="#",
                )
                for order in ORDERS
            ],
            label=_("Orders"),
        ),
    ]
