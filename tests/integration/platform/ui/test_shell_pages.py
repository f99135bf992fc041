"""The shell's own pages through the whole stack: sign-in, scope, middleware, templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from yunhe.platform.accounts.models import User

pytestmark = pytest.mark.django_db
PEOPLE = {"director": "HQ", "dealer_owner": "D1"}


@pytest.fixture
def signed_in(tree: dict[str, Any], make_user: Callable[..., Any]) -> Callable[[str], Client]:
    # before any request: afterwards the test's transaction is in the reader's scope
    users = {role: make_user(role, tree[node]) for role, node in PEOPLE.items()}

    def enter(role: str) -> Client:
        user = users[role]
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        answer = client.post(
            "/account/sign-in/", {"username": user.username, "password": "correct-horse-42"}
        )
        assert answer.status_code == 302
        client.cookies["django_language"] = "en"
        return client

    return enter


@pytest.fixture
def director(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("director")


def test_stranger_is_asked_to_sign_in() -> None:
    answer = Client().get("/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/sign-in/?next=/me/")


@pytest.mark.parametrize("choice", ["dark", "auto"])
def test_theme_is_kept_in_cookie_and_account(director: Client, choice: str) -> None:
    answer = director.post("/theme/", {"theme": choice, "next": "/me/"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert director.cookies["yunhe_theme"].value == choice
    assert User.objects.get(username="director-HQ").theme == choice


def test_language_is_kept_in_cookie_and_account(director: Client) -> None:
    director.post("/language/", {"language": "zh-hans"})
    assert "我的" in director.get("/me/").content.decode()
    assert User.objects.get(username="director-HQ").language == "zh-hans"


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_no_way_out_by_next(director: Client, target: str) -> None:
    assert director.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_search_finds_pages(director: Client) -> None:
    answer = director.get("/search/?q=mine", headers={"hx-request": "true"})
    assert "Nothing found" in answer.content.decode()
    assert director.get("/search/?q=audit").status_code == 200


def test_pulse_is_one_small_fragment(director: Client) -> None:
    assert director.get("/pulse/").content.decode().startswith('<span id="bell-count"')


def test_error_pages_keep_the_shell(director: Client) -> None:
    answer = director.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert 'id="side"' in answer.content.decode()
    assert 'id="side"' not in Client().get("/nowhere/").content.decode()


@pytest.mark.django_db(transaction=True)  # the scope of one request must end before the next
def test_dealer_is_at_home_in_the_portal(signed_in: Callable[[str], Client]) -> None:
    dealer = signed_in("dealer_owner")
    home = dealer.get("/")["Location"]
    assert home.startswith("/portal/")
    assert dealer.get("/manifest.webmanifest").json()["start_url"] == home
    assert 'class="y-bar"' in dealer.get("/me/").content.decode()


def test_headquarters_is_at_home_in_the_console(director: Client) -> None:
    assert not director.get("/")["Location"].startswith("/portal/")
    assert director.get("/manifest.webmanifest").json()["start_url"] == "/"
    assert 'id="side"' in director.get("/me/").content.decode()


def test_form_from_elsewhere_is_refused_kindly(director: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "表单已过期" in answer.content.decode()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
