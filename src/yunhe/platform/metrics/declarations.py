"""What a domain declares in its `metrics.py`: facts, entities with dimensions, and metrics.

    SALES = declare(Fact(name="sales", sql="SELECT … FROM sales_salesfact", …))
    SOLD = declare(Metric(name="sell_out_amount", formula=SALES.sum("amount", flow="sell_out"), …))

The platform reads the declarations and knows nothing of the trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yunhe.platform.metrics.expressions import (
    Expression,
    Leaf,
    Measure,
    MeasureKind,
    Scalar,
    leaves,
)
from yunhe.platform.ui.component import Text

Unit = Literal["money", "quantity", "count", "percent", "days", "ratio"]
Good = Literal["up", "down", "neither"]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A table whose changes make months dirty, by a statement-level trigger.

    Args:
        table: the watched table.
        date: SQL over `changed` (a changed row) and `join`: the business date at stake; empty:
            every change makes the whole declaration dirty.
        join: SQL that brings the date in, e.g. `JOIN orders_order o ON o.id = changed.order_id`.
    """

    table: str
    date: str = ""
    join: str = ""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A dimension: a column whose values split numbers.

    Args:
        column: the key, in the entity's or the fact's columns.
        text: the column with its text (Chinese first); empty: the key is the text.
        text_en: the column with its English text.
        choices: texts of coded values.
        is_node: the key is a node of the tree (targets and drilling follow it).
    """

    name: str
    label: Text
    column: str
    text: str = ""
    text_en: str = ""
    choices: Mapping[str, Text] = field(default_factory=dict, compare=False)
    is_node: bool = False


@dataclass(frozen=True, kw_only=True)
class Source:
    """What both facts and entities are: a SELECT with typed columns and what makes it dirty.

    `sql` gives exactly `columns` (Ibis type names); `{tz}` in it stands for the business time zone.
    A `volatile` source is small and read again at every refresh instead of being watched; one that
    `follows` another is dirty in the same months.
    """

    name: str
    label: Text
    sql: str
    columns: Mapping[str, str] = field(compare=False)
    key: str
    watches: tuple[Watch, ...]
    attributes: tuple[Attribute, ...] = ()
    volatile: bool = False
    follows: str = ""

    def __post_init__(self) -> None:
        wanted = {self.key, *self.column_uses()}
        if missing := sorted(wanted - {""} - set(self.columns)):
            raise ValueError(f"{self.name}: no column {', '.join(missing)}")

    def column_uses(self) -> set[str]:
        """Columns that the declaration itself needs."""
        return {used for each in self.attributes for used in (each.column, each.text, each.text_en)}


@dataclass(frozen=True, kw_only=True)
class Entity(Source):
    """A thing facts point at (partner, SKU): one row per key, or per key and validity.

    Args:
        history: (valid from, valid to) date columns, half-open, when attributes change over time;
            without it the current attributes hold for the past as well.
    """

    history: tuple[str, str] | None = None

    def column_uses(self) -> set[str]:
        return super().column_uses() | set(self.history or ())


@dataclass(frozen=True, kw_only=True)
class Fact(Source):
    """Rows of one grain that happened on a day at a node.

    Args:
        grain: what one row is, in words.
        date: the business date column; its months are the partitions.
        node: the column with the node of the tree that a row belongs to (the data scope).
        entities: entity name → column that points at its key.
        sources: lineage: which imports and events write the table.
        shown: columns of the row view, with their headings; one that has a twin `<column>_en` is read
            there in English.
        document: URL name and column of the document behind a row: `("orders:detail", "order_id")`.
        words: headings of columns that formulas use and `shown` does not name.
        codes: texts of coded values of columns that are no dimension.
    """

    grain: Text
    date: str = "on"
    node: str = "node_id"
    entities: Mapping[str, str] = field(default_factory=dict, compare=False)
    sources: tuple[Text, ...] = ()
    shown: tuple[tuple[str, Text], ...] = ()
    document: tuple[str, str] | None = None
    words: Mapping[str, Text] = field(default_factory=dict, compare=False)
    codes: Mapping[str, Mapping[str, Text]] = field(default_factory=dict, compare=False)

    def column_uses(self) -> set[str]:
        return (
            super().column_uses()
            | {self.date, self.node, *self.entities.values()}
            | {column for column, _ in self.shown}
            | {*self.words, *self.codes}
            | ({self.document[1]} if self.document else set())
        )

    def sum(self, column: str, **where: Scalar | tuple[Scalar, ...]) -> Measure:
        """Σ column over the period."""
        return self._measure("sum", column, where)

    def count(self, **where: Scalar | tuple[Scalar, ...]) -> Measure:
        """Number of rows in the period."""
        return self._measure("count", "", where)

    def distinct(self, column: str, **where: Scalar | tuple[Scalar, ...]) -> Measure:
        """Number of different values in the period; never summed from parts."""
        return self._measure("distinct", column, where)

    def closing(self, column: str, **where: Scalar | tuple[Scalar, ...]) -> Measure:
        """Σ column of everything up to the period's end: a balance."""
        return self._measure("closing", column, where)

    def opening(self, column: str, **where: Scalar | tuple[Scalar, ...]) -> Measure:
        """Σ column of everything before the period: a balance."""
        return self._measure("opening", column, where)

    def _measure(
        self, kind: MeasureKind, column: str, where: Mapping[str, Scalar | tuple[Scalar, ...]]
    ) -> Measure:
        if missing := sorted({column, *where} - {""} - set(self.columns)):
            raise ValueError(f"{self.name}: no column {', '.join(missing)}")
        kept = tuple(
            sorted(
                (name, value if isinstance(value, tuple) else (value,))
                for name, value in where.items()
            )
        )
        return Measure(self.name, kind, column, kept)


@dataclass(frozen=True, kw_only=True)
class Metric(Expression):
    """A number with one definition.

    Args:
        description: what it means and what it leaves out, one or two sentences.
        unit: money (in the installation's currency), quantity (base units), count, percent
            (a fraction), days or ratio.
        owner: the department that answers for it.
        good: whether up is good, down is good, or neither.
        digits: decimals shown.
        permission: needed besides `metrics.view` to ask for it.
        version: raised when the meaning changes.
        counted: what a count counts ("stores"), shown beside the number.
    """

    name: str
    label: Text
    description: Text
    formula: Expression
    unit: Unit
    owner: Text
    good: Good = "up"
    digits: int = 0
    permission: str = ""
    version: int = 1
    counted: Text = ""

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The measures behind the number, without repetition."""
        return tuple(dict.fromkeys(leaf for leaf, _ in leaves(self.formula)))

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(leaf.measure.fact for leaf in self.leaves))

    @property
    def additive(self) -> bool:
        """Whether the parts of a split add up to the whole."""
        return isinstance(self.formula, Measure) and self.formula.additive
