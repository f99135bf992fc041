"""Definitions in words, and numbers as the reader's language writes them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Fact, Metric
from yunhe.platform.metrics.expressions import (
    Constant,
    Days,
    Expression,
    Measure,
    Operation,
    Shifted,
    Unsplit,
)
from yunhe.platform.ui import formatting

SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def formula_text(metric: Metric) -> str:
    """The formula as people write it: metrics by their labels, measures in words."""
    return _text(metric.formula, top=True)


def number_text(metric: Metric, value: Decimal | None, *, short: bool = False) -> str:
    """A number with its unit's sign; `short` for headlines (¥12.3万)."""
    if value is None:
        return formatting.NOTHING
    if metric.unit == "percent":
        return formatting.percent(value, metric.digits)
    if metric.unit == "money":
        if short and abs(value) >= 10_000:
            return formatting.money_short(value, settings.CURRENCY)
        return formatting.money(value, settings.CURRENCY)
    if short and abs(value) >= 10_000:
        return formatting.short_number(value)
    return formatting.number(value, metric.digits)


def unit_text(metric: Metric) -> str:
    """The unit in words; the currency's code for money."""
    if metric.unit == "money":
        return str(settings.CURRENCY)
    names = {
        "quantity": _("base units"),
        "percent": "%",
        "days": _("days"),
        "ratio": _("ratio"),
        "count": str(metric.counted),
    }
    return names[metric.unit]


def grain_text(metric: Metric) -> str:
    """What one row of each fact behind the number is."""
    return "; ".join(str(registry.get_fact(name).grain) for name in metric.facts)


def _text(expression: Expression, *, top: bool = False) -> str:
    if isinstance(expression, Metric):
        return str(expression.label)
    if isinstance(expression, Measure):
        return _measure(expression)
    if isinstance(expression, Operation):
        return _operation(expression, top=top)
    return _small(expression)


def _small(expression: Expression) -> str:
    if isinstance(expression, Constant):
        return f"{expression.value.normalize():f}"
    if isinstance(expression, Days):
        return _("days of the period")
    if isinstance(expression, Shifted):
        names = {"last_year": _("last year"), "previous_period": _("previous period")}
        return f"{_text(expression.inner)} ({names[expression.shift]})"
    if isinstance(expression, Unsplit):
        return _text(expression.inner)
    raise TypeError(f"no words for {expression!r}")


def _operation(expression: Operation, *, top: bool) -> str:
    if expression.sign == "*" and expression.right == Constant(Decimal(-1)):
        return f"−({_text(expression.left)})"
    text = f"{_text(expression.left)} {SIGNS[expression.sign]} {_text(expression.right)}"
    return text if top else f"({text})"


def _measure(measure: Measure) -> str:
    fact = registry.get_fact(measure.fact)
    column = _heading(fact, measure.column)
    names = {
        "sum": _("Σ %(column)s of %(fact)s"),
        "count": _("number of %(fact)s"),
        "distinct": _("number of different “%(column)s” in %(fact)s"),
        "closing": _("Σ %(column)s of %(fact)s up to the period's end"),
        "opening": _("Σ %(column)s of %(fact)s before the period"),
    }
    text = names[measure.kind] % {"column": column, "fact": fact.label}
    if measure.where:
        text += " [" + "; ".join(_condition(fact, *each) for each in measure.where) + "]"
    return text


def _heading(fact: Fact, column: str) -> str:
    attributes = {attribute.column: attribute.label for attribute in fact.attributes}
    known = {"currency": _("currency")} | dict(fact.words) | dict(fact.shown) | attributes
    return str(known.get(column, column))


def _condition(fact: Fact, column: str, values: tuple[object, ...]) -> str:
    texts = {"True": _("yes"), "False": _("no")} | dict(fact.codes.get(column, {}))
    for attribute in fact.attributes:
        if attribute.column == column:
            texts |= dict(attribute.choices)
    told = " / ".join(str(texts.get(str(value), value)) for value in values)
    return f"{_heading(fact, column)} = {told}"
