"""Formulas: trees over measures, evaluated after aggregation in exact decimal arithmetic.

A formula never sees a row of a fact. Measures are aggregated by the engine, fact by fact; the tree
then combines the aggregates. So a ratio is a ratio of sums, on every engine the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

Shift = Literal["previous_period", "last_year"]
MeasureKind = Literal["sum", "count", "distinct", "closing", "opening"]
Scalar = str | int | bool


class Expression:
    """Anything that can stand in a formula."""

    def __add__(self, other: Expression | int) -> Operation:
        return Operation("+", self, _node(other))

    def __sub__(self, other: Expression | int) -> Operation:
        return Operation("-", self, _node(other))

    def __mul__(self, other: Expression | int) -> Operation:
        return Operation("*", self, _node(other))

    def __truediv__(self, other: Expression | int) -> Operation:
        return Operation("/", self, _node(other))

    def __neg__(self) -> Operation:
        return Operation("*", self, Constant(Decimal(-1)))

    def shifted(self, shift: Shift) -> Shifted:
        """The same number of the previous period or of last year."""
        return Shifted(self, shift)

    def unsplit(self) -> Unsplit:
        """The same number, kept whole over dimensions that its fact does not have.

        Numeric distribution by SKU divides by all active stores: stores have no SKU.
        """
        return Unsplit(self)


@dataclass(frozen=True)
class Measure(Expression):
    """An aggregate over one fact: `where` maps columns to the values that count."""

    fact: str
    kind: MeasureKind
    column: str = ""
    where: tuple[tuple[str, tuple[Scalar, ...]], ...] = ()

    @property
    def additive(self) -> bool:
        """Whether parts may be summed over entities (a balance may; a distinct count may not)."""
        return self.kind != "distinct"

    @property
    def balance(self) -> bool:
        """Whether it is a state at a moment: never summed over time."""
        return self.kind in ("closing", "opening")


@dataclass(frozen=True)
class Constant(Expression):
    value: Decimal


@dataclass(frozen=True)
class Days(Expression):
    """Number of days of the asked period or of the row's part of it."""


@dataclass(frozen=True)
class Operation(Expression):
    sign: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Shifted(Expression):
    inner: Expression
    shift: Shift


@dataclass(frozen=True)
class Unsplit(Expression):
    inner: Expression


@dataclass(frozen=True)
class Leaf:
    """A measure as a formula uses it: moved in time by `shifts`, split or kept whole."""

    measure: Measure
    shifts: tuple[Shift, ...] = ()
    unsplit: bool = False


def leaves(
    expression: Expression, context: Leaf | None = None
) -> Iterator[tuple[Leaf, Expression]]:
    """Every measure that the formula needs, with the node it stands at."""
    frame = context or Leaf(_NOTHING)
    if isinstance(expression, Measure):
        yield replace(frame, measure=expression), expression
    elif isinstance(expression, Operation):
        yield from leaves(expression.left, frame)
        yield from leaves(expression.right, frame)
    elif isinstance(expression, Shifted):
        yield from leaves(
            expression.inner, replace(frame, shifts=(*frame.shifts, expression.shift))
        )
    elif isinstance(expression, Unsplit):
        yield from leaves(expression.inner, replace(frame, unsplit=True))
    elif formula := getattr(expression, "formula", None):
        yield from leaves(formula, frame)


def compute_value(
    expression: Expression, values: Mapping[Leaf, Decimal], days: int, context: Leaf | None = None
) -> Decimal | None:
    """The formula's value; None when it divides by nothing.

    Args:
        values: every leaf's aggregate; an absent one is zero (nothing happened).
        days: what `Days` stands for.
    """
    frame = context or Leaf(_NOTHING)
    if isinstance(expression, Measure):
        return values.get(replace(frame, measure=expression), Decimal(0))
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Days):
        return Decimal(days)
    if isinstance(expression, Operation):
        left = compute_value(expression.left, values, days, frame)
        return _combine(expression.sign, left, compute_value(expression.right, values, days, frame))
    return compute_value(*_inside(expression, values, days, frame))


def _inside(
    expression: Expression, values: Mapping[Leaf, Decimal], days: int, frame: Leaf
) -> tuple[Expression, Mapping[Leaf, Decimal], int, Leaf]:
    """What a wrapping expression wraps, in its context; a metric wraps its formula."""
    if isinstance(expression, Shifted):
        frame = replace(frame, shifts=(*frame.shifts, expression.shift))
        return expression.inner, values, days, frame
    if isinstance(expression, Unsplit):
        return expression.inner, values, days, replace(frame, unsplit=True)
    return expression.formula, values, days, frame  # type: ignore[attr-defined]


def _combine(sign: str, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    return left / right if right else None


def _node(value: Expression | int) -> Expression:
    return value if isinstance(value, Expression) else Constant(Decimal(value))


_NOTHING = Measure("", "count")
