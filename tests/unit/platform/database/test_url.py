from __future__ import annotations

import pytest

from yunhe.platform.database.url import parse_database_url


def test_a_full_url():
    assert parse_database_url("postgresql://ann:p%40ss@db.example:5433/yunhe?sslmode=require") == {
        "NAME": "yunhe",
        "USER": "ann",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "postgresql://"),
        ("postgresql://localhost", "names no database"),
        ("postgresql://localhost/db?nonsense=1", "not a PostgreSQL address"),
    ],
)
def test_other_urls_are_refused_with_a_reason(url, said):
    with pytest.raises(ValueError, match=said):
        parse_database_url(url)
