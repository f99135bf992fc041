"""A filter by record offers the first records alone, and keeps any that the address names."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from yunhe.platform.access.models import Node
from yunhe.platform.ui import filters
from yunhe.platform.ui.filters import FilterSet, RecordFilter

pytestmark = pytest.mark.django_db


class PlaceFilters(FilterSet):
    place = RecordFilter("Place", field="pk", queryset=lambda: Node.objects.order_by("code"))


@pytest.fixture
def places() -> list[Node]:
    return [Node.objects.create(code=f"N{at}", name=f"N{at}", kind="partner") for at in range(5)]


def offered(query: str = "") -> list[tuple[str, str]]:
    field: Any = PlaceFilters(QueryDict(query)).form.fields["place"]
    with translation.override("en"):
        return [(str(value), str(label)) for value, label in field.choices]


def test_few_records_are_all_offered(places: list[Node]) -> None:
    assert [label for _value, label in offered()] == ["All", *(p.label for p in places)]


def test_of_many_the_first_are_offered_and_the_chosen_one(
    places: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MOST_RECORDS", 2)
    first, second, _third, fourth, _fifth = places
    more = "… search for the others"
    assert [label for _v, label in offered()] == ["All", first.label, second.label, more]
    named = offered(f"place={fourth.pk}")
    assert [label for _v, label in named] == ["All", first.label, second.label, fourth.label, more]
    assert PlaceFilters(QueryDict(f"place={fourth.pk}")).values == {"place": fourth}
    assert len(offered("place=nonsense")) == 4
