"""The dictionary as data: for the API, and as a file in the shape of MetricFlow's YAML.

MetricFlow's words: a semantic model is our fact, its measures are aggregations of columns, simple
metrics stand on one measure, derived metrics on an expression of others. What that format has no
word for (whole denominators, node scope) is kept under `meta`.
"""

from __future__ import annotations

from typing import Any

import yaml
from django.utils import translation

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
from yunhe.platform.metrics.wording import formula_text, unit_text

AGGREGATIONS = {"sum": "sum", "count": "sum", "distinct": "count_distinct"}


def definitions_yaml() -> str:
    """Every fact and metric as one YAML document."""
    metrics = registry.metrics().values()
    document = {
        "semantic_models": [_semantic_model(fact) for fact in registry.facts().values()],
        "metrics": [_metric(metric) for metric in metrics],
    }
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100))


def metric_in_both_languages(metric: Metric) -> dict[str, dict[str, str]]:
    """Label, description, formula, unit and owner by `zh` and `en`."""
    found = {}
    for short, code in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(code):
            found[short] = {
                "label": str(metric.label),
                "description": str(metric.description),
                "formula": formula_text(metric),
                "unit": unit_text(metric),
                "owner": str(metric.owner),
            }
    return found


def _semantic_model(fact: Fact) -> dict[str, Any]:
    measures = dict.fromkeys(
        leaf.measure
        for metric in registry.metrics().values()
        for leaf in metric.leaves
        if leaf.measure.fact == fact.name
    )
    return {
        "name": fact.name,
        "description": str(fact.grain),
        "model": f"ref('{fact.name}')",
        "defaults": {"agg_time_dimension": fact.date},
        "entities": [
            {"name": f"{fact.name}_row", "type": "primary", "expr": fact.key},
            *(
                {"name": name, "type": "foreign", "expr": column}
                for name, column in fact.entities.items()
            ),
        ],
        "dimensions": [
            {"name": fact.date, "type": "time", "type_params": {"time_granularity": "day"}},
            *(
                {"name": a.name, "type": "categorical", "expr": a.column, "label": str(a.label)}
                for a in fact.attributes
            ),
        ],
        "measures": [_measure(measure) for measure in measures],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    found: dict[str, Any] = {"name": _measure_name(measure)}
    if measure.balance:
        found |= {
            "agg": "sum",
            "expr": _guarded(measure, measure.column),
            "meta": {"balance": measure.kind},
        }
    else:
        column = "1" if measure.kind == "count" else measure.column
        found |= {"agg": AGGREGATIONS[measure.kind], "expr": _guarded(measure, column)}
    return found


def _guarded(measure: Measure, column: str) -> str:
    if not measure.where:
        return column
    parts = []
    for name, values in measure.where:
        listed = ", ".join(
            f"'{value}'" if isinstance(value, str) else str(value) for value in values
        )
        parts.append(f"{name} IN ({listed})")
    return f"CASE WHEN {' AND '.join(parts)} THEN {column} END"


def _measure_name(measure: Measure) -> str:
    where = "_".join(str(value) for _, values in measure.where for value in values)
    return "_".join(
        part for part in (measure.fact, measure.kind, measure.column, where) if part
    ).lower()


def _metric(metric: Metric) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": metric.name,
        "label": str(metric.label),
        "description": str(metric.description),
    }
    if isinstance(metric.formula, Measure):
        found |= {"type": "simple", "type_params": {"measure": _measure_name(metric.formula)}}
    else:
        inputs: dict[str, dict[str, Any]] = {}
        expression = _expression(metric.formula, inputs)
        found |= {
            "type": "derived",
            "type_params": {"expr": expression, "metrics": list(inputs.values())},
        }
    found["meta"] = {
        "unit": unit_text(metric),
        "owner": str(metric.owner),
        "good": metric.good,
        "version": metric.version,
        "dimensions": sorted(registry.dimensions_for(metric)),
    }
    return found


def _expression(expression: Expression, inputs: dict[str, dict[str, Any]]) -> str:
    if isinstance(expression, Constant):
        return f"{expression.value:f}"
    if isinstance(expression, Days):
        return "days_in_period"
    if isinstance(expression, Operation):
        left, right = _expression(expression.left, inputs), _expression(expression.right, inputs)
        return f"({left} {expression.sign} {right})"
    alias, entry = _input(expression)
    inputs[alias] = entry
    return alias


def _input(expression: Expression) -> tuple[str, dict[str, Any]]:
    extra: dict[str, Any] = {}
    if isinstance(expression, Unsplit):
        extra, expression = {"meta": {"whole": True}}, expression.inner
    if isinstance(expression, Shifted):
        extra |= {"offset_window": "1 year" if expression.shift == "last_year" else "1 period"}
        expression = expression.inner
    name = (
        expression.name
        if isinstance(expression, Metric)
        else _measure_name(_as_measure(expression))
    )
    alias = (
        f"{name}_{extra['offset_window'].replace(' ', '_')}" if "offset_window" in extra else name
    )
    return alias, {"name": name, "alias": alias, **extra}


def _as_measure(expression: Expression) -> Measure:
    if not isinstance(expression, Measure):
        raise TypeError(f"no export for {expression!r}")
    return expression
