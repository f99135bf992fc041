"""Tables and filters over plain rows: what is shown, in which order, under which address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.utils import translation

from yunhe.platform.ui.columns import resolve
from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet, NumberRangeFilter
from yunhe.platform.ui.tables import BadgeColumn, Column, DateColumn, MoneyColumn, Table, TextColumn


@dataclass(frozen=True)
class City:
    name: str


@dataclass(frozen=True)
class Deal:
    pk: int
    dealer: str
    city: City | None
    total: Decimal | None
    on: date
    state: str


DEALS = [
    Deal(1, "甲", City("杭州"), Decimal("20"), date(2026, 1, 3), "open"),
    Deal(2, "乙", None, None, date(2026, 1, 2), "paid"),
    Deal(3, "丙", City("南京"), Decimal("5"), date(2026, 1, 1), "open"),
]


class DealTable(Table):
    dealer = TextColumn("Dealer", card="title")
    city = TextColumn("City", source="city.name")
    total = MoneyColumn("Total", currency="CNY")
    on = DateColumn("On", visible=False)
    state = BadgeColumn("State", labels={"open": "Open", "paid": "Paid"}, tones={"paid": "green"})

    class Meta:
        order_by = "-dealer"


def table(query: str = "", rows: list[Deal] = DEALS) -> DealTable:
    return DealTable(rows, query=QueryDict(query))


def keys(found: Table) -> list[int]:
    return [row.key for row in found.rows]


def test_cells() -> None:
    row = table("sort=dealer").rows[-1]
    assert row.card_name == "甲"
    assert [str(cell).strip() for _column, cell in row.cells] == [
        "甲", "杭州", "¥20.00", '<span class="y-badge y-tone-grey">Open</span>',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=total", [3, 1, 2]),
        ("sort=-total", [1, 3, 2]),
        ("sort=city", [3, 1, 2]),
        ("sort=no", [2, 1, 3]),
    ],
)
def test_order_keeps_missing_values_last(query: str, expected: list[int]) -> None:
    # without a request the declared order stands: 甲 U+7532, 乙 U+4E59, 丙 U+4E19, descending
    assert keys(table(query)) == (expected if query != "sort=no" else [1, 2, 3])


def test_reader_chooses_columns() -> None:
    chosen = table("cols=on,dealer,nonsense")
    assert [column.name for column in chosen.visible] == ["dealer", "on"]
    assert list(chosen.exported([DEALS[0]])) == [["甲", date(2026, 1, 3)]]


def test_heading_sorts_and_turns() -> None:
    urls = {
        heading.column.name: (heading.url, heading.direction)
        for heading in table("sort=total&page=3").headings
    }
    assert urls["total"] == ("?sort=-total", "up")
    assert urls["city"] == ("?sort=city", "")


def test_unknown_meta_is_refused() -> None:
    with pytest.raises(TypeError, match="ordering"):
        type("Wrong", (Table,), {"Meta": type("Meta", (), {"ordering": "x"})})


def test_columns_are_inherited() -> None:
    class More(DealTable):
        extra = Column("Extra", source="pk")

    assert list(More.columns) == ["dealer", "city", "total", "on", "state", "extra"]
    assert list(DealTable.columns) == ["dealer", "city", "total", "on", "state"]


def test_names_of_columns_and_filters_are_free() -> None:
    class Odd(Table):
        rows = TextColumn("Rows")
        source = TextColumn("Source")

    class OddFilters(FilterSet):
        active = ChoiceFilter("Active", choices=[("1", "Yes")])
        values = ChoiceFilter("Values", choices=[("1", "Yes")])

    assert [row.card_name for row in Odd([{"pk": 1, "rows": "r", "source": "s"}]).rows] == ["r"]
    assert not OddFilters(QueryDict("")).active
    assert OddFilters(QueryDict("active=1")).values == {"active": "1"}


def test_resolve_walks_attributes_mappings_and_none() -> None:
    assert resolve({"a": City("x")}, "a.name") == "x"
    assert resolve({"a": None}, "a.name") is None


class DealFilters(FilterSet):
    state = ChoiceFilter("State", choices=[("open", "Open"), ("paid", "Paid")])
    kind = ChoiceFilter("Kind", choices=[("a", "A"), ("b", "B")], multiple=True)
    on = DateRangeFilter("On")
    total = NumberRangeFilter("Total")


class Recorder:
    """A queryset that notes what it is filtered by."""

    def __init__(self, conditions: tuple[Q, ...] = ()) -> None:
        self.conditions = conditions

    def filter(self, condition: Q) -> Recorder:
        return Recorder((*self.conditions, condition))


def conditions(query: str, kind: type[FilterSet] = DealFilters) -> tuple[Any, ...]:
    applied: tuple[Any, ...] = kind(QueryDict(query)).apply(Recorder()).conditions
    return applied


def test_filters_become_conditions() -> None:
    assert conditions("state=open&kind=a&kind=b&on_from=2026-01-01&total_max=9") == (
        Q(state="open"),
        Q(kind__in=["a", "b"]),
        Q(on__gte=date(2026, 1, 1)),
        Q(total__lte=Decimal(9)),
    )


def test_wrong_values_are_told_and_ignored() -> None:
    filters = DealFilters(QueryDict("state=nonsense&on_from=yesterday&total_min=5"))
    assert list(filters.values) == ["total"]
    assert sorted(filters.form.errors) == ["on_from", "state"]


def test_every_word_is_searched() -> None:
    class Searching(FilterSet):
        search = ("name", "code")

    assert conditions("q=a+b", Searching) == (
        Q(name__icontains="a") | Q(code__icontains="a"),
        Q(name__icontains="b") | Q(code__icontains="b"),
    )


def test_chips_take_one_filter_away() -> None:
    filters = DealFilters(QueryDict("state=open&on_from=2026-01-01&sort=total&page=2"))
    with translation.override("en"):
        chips = [(chip.label, chip.words, chip.url) for chip in filters.chips]
    assert chips == [
        ("State", "Open", "?on_from=2026-01-01&sort=total"),
        ("On", "2026-01-01 – …", "?state=open&sort=total"),
    ]
    assert filters.clear_url == "?sort=total"
