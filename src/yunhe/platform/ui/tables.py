"""Declared tables: columns as class attributes, one page of rows, one query plan.

class OrderTable(Table):
    number = LinkColumn(_("Order"), url="orders:detail")
    dealer = TextColumn(_("Dealer"), source="partner.name")
    total = MoneyColumn(_("Amount"))
    state = BadgeColumn(_("Status"), tones={"confirmed": "green"})

    class Meta:
        order_by = "-number"
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.http import QueryDict

from yunhe.platform.ui.columns import (
    BadgeColumn,
    BooleanColumn,
    Column,
    ComponentColumn,
    DateColumn,
    FoldColumn,
    LastDayColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    PercentColumn,
    ProgressColumn,
    QuantityColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.component import Text

__all__ = [
    "BadgeColumn",
    "BooleanColumn",
    "Column",
    "ComponentColumn",
    "DateColumn",
    "FoldColumn",
    "LastDayColumn",
    "LinkColumn",
    "MomentColumn",
    "MoneyColumn",
    "NumberColumn",
    "PercentColumn",
    "ProgressColumn",
    "QuantityColumn",
    "StatusColumn",
    "Table",
    "TextColumn",
]
Rows = QuerySet[Any] | Sequence[Any]
META_NAMES = {"order_by", "caption", "row_tone"}


@dataclass(frozen=True)
class Heading:
    """A column's heading with the address that sorts by it."""

    column: Column
    url: str
    direction: str

    @property
    def aria(self) -> str:
        return {"up": "ascending", "down": "descending"}.get(self.direction, "none")


@dataclass(frozen=True)
class Row:
    """A row ready to be shown."""

    key: Any
    record: Any
    cells: tuple[tuple[Column, Any], ...]
    tone: str = ""

    @property
    def card_name(self) -> str:
        """What the row is called when it is spoken of."""
        titles = [column for column, _cell in self.cells if column.card == "title"]
        column = (titles or [self.cells[0][0]])[0]
        return str(column.value(self.record))


class Table:
    """A page of rows under declared columns. `query` holds sort and visible columns."""

    columns: ClassVar[dict[str, Column]] = {}
    order_by: ClassVar[str] = ""
    caption: ClassVar[Text] = ""

    def __init_subclass__(cls) -> None:
        declared = dict(cls.columns)
        for name, value in list(vars(cls).items()):
            if isinstance(value, Column):
                value.bind(name)
                declared[name] = value
                # a column may be called `rows` or `source` and must not hide the table's own
                delattr(cls, name)
        cls.columns = declared
        if meta := vars(cls).get("Meta"):
            names = {name for name in vars(meta) if not name.startswith("_")}
            if unknown := names - META_NAMES:
                raise TypeError(f"{cls.__name__}.Meta: unknown {', '.join(sorted(unknown))}")
            for name in names:
                setattr(cls, name, getattr(meta, name))

    def __init__(self, rows: Rows, *, query: QueryDict | None = None) -> None:
        self.query = query or QueryDict()
        self.source = rows
        self.page_rows: Sequence[Any] | None = None

    @property
    def chosen(self) -> list[str]:
        """Names of the columns the reader asked for; none means the usual ones."""
        asked = [name for name in self.query.get("cols", "").split(",") if name in self.columns]
        return asked or [name for name, column in self.columns.items() if column.visible]

    @property
    def visible(self) -> list[Column]:
        return [column for name, column in self.columns.items() if name in self.chosen]

    @property
    def sorting(self) -> tuple[str, bool]:
        """(column, descending): what the reader asked for, else the declared order."""
        for asked in (self.query.get("sort", ""), self.order_by):
            name = asked.removeprefix("-")
            if name in self.columns and self.sortable(self.columns[name]):
                return name, asked.startswith("-")
        return "", False

    def sortable(self, column: Column) -> bool:
        """Whether the rows can be ordered by the column: in the database by fields only."""
        if not column.ordering or column.sort is not True or not isinstance(self.source, QuerySet):
            return bool(column.ordering)
        first, *_rest = column.source.split(".")
        names = {field.name for field in self.source.model._meta.get_fields()}
        return first in names | set(self.source.query.annotations)

    def plan(self) -> Rows:
        """The rows sorted, and with the relations of the visible columns only.

        Of rows that are equal, the newest comes first where the order is descending.
        """
        name, descending = self.sorting
        rows = self.source
        if not isinstance(rows, QuerySet):
            return _sorted(rows, self.columns[name], descending) if name else rows
        if name:
            ordering = self.columns[name].ordering
            keys = [_flip(key) for key in ordering] if descending else list(ordering)
            rows = rows.order_by(*keys, "-pk" if descending else "pk")
        elif self.order_by:
            rows = rows.order_by(self.order_by, "-pk" if self.order_by.startswith("-") else "pk")
        select, prefetch = self._relations(rows.model)
        rows = rows.select_related(*select) if select else rows
        return rows.prefetch_related(*prefetch) if prefetch else rows

    def _relations(self, model: type[Model]) -> tuple[list[str], list[str]]:
        select: list[str] = []
        prefetch: list[str] = []
        for column in self.visible:
            select += column.select or _forward(model, column.source)
            prefetch += column.prefetch
        return list(dict.fromkeys(select)), list(dict.fromkeys(prefetch))

    @property
    def headings(self) -> list[Heading]:
        current, descending = self.sorting
        headings = []
        for column in self.visible:
            is_current = column.name == current
            following = f"-{column.name}" if is_current and not descending else column.name
            query = self.query.copy()
            query.pop("page", None)
            query["sort"] = following
            direction = ("down" if descending else "up") if is_current else ""
            url = f"?{query.urlencode()}" if self.sortable(column) else ""
            headings.append(Heading(column, url, direction))
        return headings

    @property
    def rows(self) -> list[Row]:
        records = self.plan() if self.page_rows is None else self.page_rows
        columns = self.visible
        return [
            Row(
                key=_key(record),
                record=record,
                cells=tuple((column, column.show(record)) for column in columns),
                tone=self.row_tone(record),
            )
            for record in records
        ]

    def row_tone(self, record: Any) -> str:
        """A tone for the whole row, e.g. amber for overdue; override it."""
        return ""

    def exported(self, records: Iterable[Any]) -> Iterable[list[Any]]:
        """Raw values of the visible columns, row by row."""
        columns = self.visible
        return ([column.export(record) for column in columns] for record in records)


def _flip(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


def _key(record: Any) -> Any:
    if isinstance(record, dict):
        return record.get("pk", record.get("id"))
    return getattr(record, "pk", getattr(record, "id", None))


def _sorted(rows: Sequence[Any], column: Column, descending: bool) -> list[Any]:
    def rank(row: Any) -> Any:
        value = column.value(row)
        return getattr(value, "amount", getattr(value, "value", value))

    present = [row for row in rows if column.value(row) is not None]
    absent = [row for row in rows if column.value(row) is None]
    return [*sorted(present, key=rank, reverse=descending), *absent]


def _forward(model: type[Model], source: str) -> list[str]:
    """The foreign-key path in front of a dotted source: `partner.region.name` → partner__region."""
    path: list[str] = []
    current: type[Model] | None = model
    for name in source.split(".")[:-1]:
        try:
            field = current._meta.get_field(name) if current else None
        except FieldDoesNotExist:
            break
        if field is None or not (field.many_to_one or field.one_to_one) or not field.related_model:
            break
        path.append(name)
        current = field.related_model
    return ["__".join(path)] if path else []
