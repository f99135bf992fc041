"""A database that went away costs no request once it is back, and until then the answer is 503."""

from __future__ import annotations

import pytest
from django.db import close_old_connections, connection
from django.db.utils import OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)


def break_connection() -> None:
    """The server ends our session, as when it is killed; then the next request begins."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
    close_old_connections()


@pytest.mark.parametrize("path", ["/health/ready", "/health/live", "/account/sign-in/password/"])
def test_a_broken_connection_is_replaced_before_it_is_used(path):
    break_connection()
    assert Client().get(path).status_code in {200, 302}


@pytest.fixture
def away(monkeypatch):
    def refuse() -> None:
        raise OperationalError("connection to server on socket /secret/path failed")

    connection.close()
    monkeypatch.setattr(connection, "connect", refuse)


def test_while_the_database_is_away_the_api_answers_503_as_a_problem(away):
    answer = Client().get("/api/v1/orders/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "10"
    problem = answer.json()
    assert problem["code"] == "unavailable"
    assert "secret" not in answer.content.decode()


def test_while_the_database_is_away_pages_answer_503_in_words(away):
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get("/orders/")
    assert answer.status_code == 503
    assert "The database does not answer at the moment" in answer.content.decode()


def test_health_tells_of_the_database(away):
    assert Client().get("/health/live").status_code == 200
    ready = Client().get("/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "unavailable"})


def test_a_connection_that_breaks_half_way_is_503(tree, make_user, monkeypatch):
    from yunhe.platform.access.views.users import UserList

    def get(self, request, *args, **kwargs):
        connection.connection.close()
        raise OperationalError("server closed the connection unexpectedly")

    client = Client(raise_request_exception=False)
    client.force_login(make_user("it_admin", tree["HQ"]))
    monkeypatch.setattr(UserList, "get", get)
    assert client.get("/access/users/").status_code == 503
