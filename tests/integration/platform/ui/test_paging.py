"""Counting a list: as far as it is worth, by keys alone, and right for rows that are folded."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Count, Value
from django.db.models.functions import Concat
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from yunhe.platform.access.models import Node
from yunhe.platform.ui import paging
from yunhe.platform.ui.paging import CappedPaginator, shown_count
from yunhe.platform.ui.tables import Table, TextColumn

pytestmark = pytest.mark.django_db


class Places(Table):
    kind = TextColumn("Kind")

    class Meta:
        order_by = "-kind"


def test_counting_computes_no_column(tree):
    rows = Node.objects.annotate(marked=Concat("name", Value("!"))).order_by("marked")
    with CaptureQueriesContext(connection) as queries:
        assert CappedPaginator(rows, 5).count == 7
    [query] = queries.captured_queries
    assert "!" not in query["sql"]
    assert "ORDER BY" not in query["sql"]


def test_folded_rows_are_counted_as_they_are_shown(tree):
    kinds = Node.objects.values("kind").annotate(n=Count("pk")).order_by("kind")
    assert CappedPaginator(kinds, 5).count == len(kinds) == 2
    once = Node.objects.values_list("kind", flat=True).distinct().order_by("kind")
    assert CappedPaginator(once, 5).count == 2


def test_counting_stops_where_nobody_turns_pages(tree, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", 5)
    assert shown_count(CappedPaginator(Node.objects.order_by("pk"), 2)) == "5+"
    monkeypatch.setattr(paging, "MOST_COUNTED", 7)
    assert shown_count(CappedPaginator(Node.objects.order_by("pk"), 2)) == "7"


@pytest.mark.parametrize(
    ("asked", "first"), [("", "S2"), ("sort=-kind", "S2"), ("sort=kind", "HQ")]
)
def test_of_equal_rows_the_newest_comes_first_where_the_order_descends(tree, asked, first):
    found = Places(Node.objects.all(), query=QueryDict(asked))
    assert found.plan()[0].code == first
