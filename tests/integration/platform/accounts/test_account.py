"""The own account: devices, password, authenticator, profile."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from yunhe.platform.accounts.models import Session, Totp, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-42"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0"


@pytest.fixture
def owner(tree, make_user) -> User:
    return make_user("dealer_owner", tree["D1"], "owner")


def enter(client: Client, username: str = "owner", agent: str = "") -> int:
    """Sign in and return the session's id."""
    form = {"username": username, "password": PASSWORD}
    before = set(Session.objects.values_list("pk", flat=True))
    answer = client.post("/account/sign-in/", form, headers={"User-Agent": agent})
    assert answer.status_code == 302
    return (set(Session.objects.values_list("pk", flat=True)) - before).pop()


@pytest.fixture
def other(client) -> Client:
    """A second browser."""
    return type(client)()


def inside(client: Client) -> bool:
    return client.get("/account/security/").status_code == 200


def test_devices_are_listed_with_this_one_first(client, other, owner):
    enter(other, agent=PHONE)
    enter(client)
    devices = client.get("/account/security/").context["devices"]
    assert [(d.current, d.name, d.phone) for d in devices] == [
        (True, "", False),
        (False, "WeChat · iPhone", True),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_security_page_has_a_steady_number_of_queries(
    client, owner, count, django_assert_num_queries
):
    enter(client)
    for _ in range(count - 1):
        enter(type(client)())
    client.get("/account/security/")
    # session, scope, authenticator, codes, devices, bell; six of the test's own transaction
    with django_assert_num_queries(6 + 6):
        client.get("/account/security/")


def test_a_revoked_device_is_out_at_once(client, other, owner):
    theirs = enter(other)
    enter(client)
    assert inside(other)
    assert client.post(f"/account/devices/{theirs}/end/").status_code == 302
    assert not inside(other)
    assert client.post(f"/account/devices/{theirs}/end/").status_code == 404
    assert inside(client)


def test_nobody_revokes_a_foreign_device(client, other, owner, tree, make_user):
    make_user("director", tree["HQ"], "boss")
    theirs = enter(other, "boss")
    enter(client)
    assert client.post(f"/account/devices/{theirs}/end/").status_code == 404
    assert inside(other)


def test_all_others_can_be_signed_out(client, other, owner):
    third = type(client)()
    enter(other)
    enter(third)
    enter(client)
    client.post("/account/devices/end-others/")
    assert [inside(client), inside(other), inside(third)] == [True, False, False]


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(client, other, owner):
    enter(other)
    enter(client)
    form = {"current": PASSWORD, "password": "quiet-canal-77", "again": "quiet-canal-77"}
    answer = client.post("/account/password/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert [inside(client), inside(other)] == [True, False]
    assert client.get("/account/security/").wsgi_request.user.is_authenticated
    assert client.post("/account/password/", form).status_code == 422


def test_guessing_the_current_password_is_throttled(client, owner):
    enter(client)
    form = {"current": "wrong", "password": "quiet-canal-77", "again": "quiet-canal-77"}
    codes = [client.post("/account/password/", form).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    removal = {"current": PASSWORD}
    assert client.post("/account/authenticator/remove/", removal).status_code == 429


def test_setting_the_authenticator_up_and_off(client, owner):
    enter(client)
    assert client.get("/account/authenticator/")["Location"] == "/account/security/"
    client.post("/account/authenticator/start/")
    page = client.get("/account/authenticator/")
    secret = page.context["enrolment"].secret
    assert page.context["enrolment"].qr.startswith("data:image/svg+xml")
    assert f"secret={secret}" in page.context["enrolment"].uri
    assert client.post("/account/authenticator/", {"code": "000000"}).status_code == 422
    assert Totp.objects.get().confirmed_at is None
    answer = client.post("/account/authenticator/", {"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 200
    assert len(set(answer.context["codes"])) == 10
    assert client.get("/account/security/").context["factor"].codes_left == 10
    # a second start does not replace a working authenticator
    client.post("/account/authenticator/start/")
    assert Totp.objects.get().secret == secret
    assert client.post("/account/authenticator/remove/", {"current": "x"}).status_code == 422
    assert client.post("/account/authenticator/remove/", {"current": PASSWORD}).status_code == 302
    assert not Totp.objects.exists()


def test_an_unconfirmed_authenticator_asks_for_nothing(client, owner):
    enter(client)
    client.post("/account/authenticator/start/")
    other = type(client)()
    enter(other)
    assert inside(other)


def test_the_profile_follows_language_and_theme(client, owner):
    enter(client)
    form = {
        "name": "王老板",
        "email": "wang@example.com",
        "phone": "13800000000",
        "language": "en",
        "theme": "dark",
    }
    assert client.post("/account/", form).status_code == 302
    owner.refresh_from_db()
    assert (owner.name, owner.language, owner.theme) == ("王老板", "en", "dark")
    assert client.get("/account/")["Content-Language"] == "en"
    assert client.post("/account/", form | {"email": "nonsense"}).status_code == 422
    assert client.post("/account/", form | {"language": "xx"}).status_code == 422


def test_last_seen_moves_at_most_every_five_minutes(client, owner):
    pk = enter(client)
    long_ago = timezone.now() - timedelta(hours=1)
    Session.objects.filter(pk=pk).update(last_seen_at=long_ago)
    client.get("/account/security/")
    assert Session.objects.get(pk=pk).last_seen_at > long_ago
