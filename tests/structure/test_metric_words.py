"""Every definition of the dictionary is whole: words for what a formula uses, a page behind each document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Fact
from yunhe.platform.metrics.expressions import Expression, Measure
from yunhe.platform.metrics.wording import formula_text

FACTS = sorted(registry.facts())


def measures(expression: Expression) -> Iterator[Measure]:
    if isinstance(expression, Measure):
        yield expression
    for name in ("left", "right", "inner", "formula"):
        if (inner := getattr(expression, name, None)) is not None:
            yield from measures(inner)


def nameless(fact: Fact, measure: Measure) -> Iterator[str]:
    named = {"", "currency", *fact.words, *dict(fact.shown)} | {a.column for a in fact.attributes}
    choices = {a.column: a.choices for a in fact.attributes} | dict(fact.codes)
    for column in (measure.column, *(column for column, _values in measure.where)):
        if column not in named:
            yield f"{fact.name}.{column}"
    for column, values in measure.where:
        for value in values:
            if column != "currency" and str(value) not in {
                "True",
                "False",
                *choices.get(column, ()),
            }:
                yield f"{fact.name}.{column} = {value}"


@pytest.mark.parametrize("name", sorted(registry.metrics()))
def test_a_formula_is_told_in_words(name: str) -> None:
    found = [
        fault
        for measure in measures(registry.get_metric(name).formula)
        for fault in nameless(registry.get_fact(measure.fact), measure)
    ]
    assert found == []
    assert formula_text(registry.get_metric(name))


@pytest.mark.parametrize("name", FACTS)
def test_the_document_behind_a_row_has_a_page(name: str) -> None:
    if document := registry.get_fact(name).document:
        assert reverse(document[0], args=[1])
