"""A PostgreSQL older than 16 is refused before anything is written, with a sentence that helps."""

from __future__ import annotations

import psycopg
import pytest
from django.utils import translation

from yunhe.platform.ops.errors import DatabaseTooOld
from yunhe.platform.ops.serving import ensure_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(monkeypatch):
    """`server(150012)`: the connection says that its server is 15.12."""

    def tell(number: int) -> None:
        said = property(lambda info: number)
        monkeypatch.setattr(psycopg.ConnectionInfo, "server_version", said)

    return tell


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "The database server is PostgreSQL 15.12; version 16 or newer is needed. "
            "Point DATABASE_URL at one, or unset it to use the embedded server.",
        ),
        (
            "zh-hans",
            "数据库服务器是 PostgreSQL 15.12，需要 16 或更高版本。"
            "请让 DATABASE_URL 指向符合要求的服务器，或不设置它以使用内嵌数据库。",
        ),
    ],
)
def test_an_old_server_is_refused(server, language, sentence):
    server(150012)
    with translation.override(language), pytest.raises(DatabaseTooOld) as refused:
        ensure_database()
    assert (str(refused.value), refused.value.code) == (sentence, "ops.database_too_old")


@pytest.mark.parametrize("number", [160000, 170005, 180001])
def test_a_server_from_16_on_is_taken(server, number):
    server(number)
    ensure_database()
