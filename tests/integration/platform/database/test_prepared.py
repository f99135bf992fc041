"""Hot statements are parsed once a connection; the others are never kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from yunhe.platform.database import prepared
from yunhe.platform.database.prepared import prepared_cursor


def run(mark: int) -> None:
    for number in range(3):
        with prepared_cursor() as cursor:
            cursor.execute(f"SELECT %s::int + {mark}", [number])
            assert cursor.fetchone() == (number + mark,)


def kept(mark: int) -> list[tuple[str, int]]:
    """Statements with the mark that the server keeps, and how often each was run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE %s",
            [f"%+ {mark}"],
        )
        return cursor.fetchall()


@pytest.mark.django_db
def test_a_hot_statement_is_parsed_once() -> None:
    run(4711)
    assert kept(4711) == [("SELECT $1::int + 4711", 3)]


@pytest.mark.django_db
def test_ordinary_statements_are_not_kept_beside_hot_ones() -> None:
    run(4712)
    for number in range(3):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int + 4713", [number])
    assert kept(4713) == []


@pytest.mark.django_db
def test_nothing_is_kept_behind_a_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "PREPARE", False)
    run(4714)
    assert kept(4714) == []


@pytest.mark.django_db
def test_arrays_arrive_as_they_were_given() -> None:
    words = ['a"b', "c\\d", "", "NULL", "e,{f}", "中 文", None]
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT %(words)s::text[], %(numbers)s::numeric[], %(ids)s::bigint[]",
            {"words": words, "numbers": [Decimal("1.20"), Decimal("1E+3")], "ids": []},
        )
        assert cursor.fetchone() == (words, [Decimal("1.20"), Decimal("1E+3")], [])
