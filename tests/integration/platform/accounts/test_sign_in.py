"""Signing in through the pages: steps, throttling, sessions, and what must not work."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import RecoveryCode, Session, Throttle, Totp, User
from yunhe.platform.accounts.services import second_factor, throttle
from yunhe.platform.accounts.services.people import reset_sign_in
from yunhe.platform.accounts.services.upkeep import clear_expired, reencrypt_secrets

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-42"
SIGN_IN = "/account/sign-in/"
CODE = "/account/sign-in/code/"
SECURITY = "/account/security/"


@pytest.fixture
def owner(tree, make_user) -> User:
    return make_user("dealer_owner", tree["D1"], "owner")


@pytest.fixture
def secret(owner) -> str:
    """The owner's confirmed authenticator secret."""
    secret = pyotp.random_base32()
    Totp.objects.create(user=owner, secret=secret, confirmed_at=timezone.now())
    return secret


def sign_in(client, username="owner", password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": username, "password": password, **extra})


def signed_in(client) -> bool:
    return client.get(SECURITY).status_code == 200


def test_the_right_password_opens_a_session_and_leads_on(client, owner):
    assert client.get(SECURITY).status_code == 302
    answer = sign_in(client, next="/account/security/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/security/")
    assert signed_in(client)
    session = Session.objects.get()
    assert session.user_id == owner.pk
    assert session.address == "127.0.0.1"
    assert client.cookies["yunhe_session"].value not in session.key_hash
    owner.refresh_from_db()
    assert owner.last_login is not None


def test_foreign_next_addresses_are_not_followed(client, owner):
    assert sign_in(client, next="https://evil.example/")["Location"] == "/"
    assert client.get(f"{SIGN_IN}?next=//evil.example/")["Location"] == "/"


def test_a_stranger_and_a_wrong_password_get_the_same_answer(client, owner):
    closed = User.objects.create_user("closed", PASSWORD, name="x", is_active=False)
    pages = [
        sign_in(client, password="wrong"),
        sign_in(client, username="nobody"),
        sign_in(client, username=closed.username),
    ]
    assert {page.status_code for page in pages} == {422}
    assert len({str(page.context["form"].errors) for page in pages}) == 1
    assert not signed_in(client)


def test_a_session_from_before_the_sign_in_is_not_kept(client, owner, secret):
    sign_in(client)
    before = client.cookies["yunhe_session"].value
    client.post(CODE, {"code": pyotp.TOTP(secret).now()})
    assert client.cookies["yunhe_session"].value != before
    assert Session.objects.count() == 1


def test_brute_force_is_stopped_after_five_guesses_even_with_the_right_password(client, owner):
    codes = [sign_in(client, password=f"wrong {n}").status_code for n in range(5)]
    assert codes == [422] * 5
    refused = sign_in(client)
    assert refused.status_code == 429
    assert "15" in str(refused.context["form"].errors)
    assert not signed_in(client)


def test_unknown_names_are_throttled_like_known_ones(client, owner):
    codes = [sign_in(client, username="nobody").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_the_owner_gets_in_from_another_address_while_a_guesser_is_shut_out(client, owner):
    for n in range(6):
        sign_in(client, password=f"wrong {n}")
    answer = client.post(
        SIGN_IN, {"username": "owner", "password": PASSWORD}, REMOTE_ADDR="10.1.1.1"
    )
    assert answer.status_code == 302


def test_many_addresses_against_one_account_are_stopped(client, owner):
    for n in range(20):
        form = {"username": "owner", "password": "wrong"}
        client.post(SIGN_IN, form, REMOTE_ADDR=f"10.0.0.{n}")
    form = {"username": "owner", "password": PASSWORD}
    assert client.post(SIGN_IN, form, REMOTE_ADDR="10.9.9.9").status_code == 429


def test_one_address_against_many_accounts_is_stopped(client, owner, monkeypatch):
    monkeypatch.setitem(throttle.LIMITS, "address", 3)
    for n in range(3):
        sign_in(client, username=f"nobody{n}")
    assert sign_in(client).status_code == 429


def test_the_window_passes(client, owner):
    for n in range(6):
        sign_in(client, password=f"wrong {n}")
    Throttle.objects.update(window_ends_at=timezone.now() - timedelta(seconds=1))
    assert sign_in(client).status_code == 302
    assert clear_expired(now=timezone.now()) == 1  # the address; the account has a new window


def test_a_forged_forwarded_address_does_not_help(client, owner):
    form = {"username": "owner", "password": "wrong"}
    for n in range(5):
        client.post(SIGN_IN, form, headers={"X-Forwarded-For": f"8.8.8.{n}"})
    assert sign_in(client).status_code == 429


def test_a_code_is_needed_after_the_password(client, owner, secret):
    assert sign_in(client)["Location"].startswith(CODE)
    assert not signed_in(client)
    assert client.post(CODE, {"code": pyotp.TOTP(secret).now()}).status_code == 302
    assert signed_in(client)


def test_a_replayed_code_is_refused(client, owner, secret):
    code = pyotp.TOTP(secret).now()
    sign_in(client)
    client.post(CODE, {"code": code})
    client.post("/account/sign-out/")
    sign_in(client)
    assert client.post(CODE, {"code": code}).status_code == 422
    assert not signed_in(client)


def test_codes_of_the_past_and_far_future_are_refused(client, owner, secret):
    sign_in(client)
    for shift in (-90, 90):
        code = pyotp.TOTP(secret).at(timezone.now() + timedelta(seconds=shift))
        assert client.post(CODE, {"code": code}).status_code == 422


def test_guessing_codes_is_throttled_and_the_password_does_not_reset_it(client, owner, secret):
    for _ in range(4):
        sign_in(client)
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    sign_in(client)
    client.post(CODE, {"code": "000000"})
    assert client.post(CODE, {"code": pyotp.TOTP(secret).now()}).status_code == 429
    assert not signed_in(client)


def test_a_recovery_code_works_once(client, owner, secret):
    code = second_factor.renew_recovery_codes(user_id=owner.pk)[0]
    assert RecoveryCode.objects.count() == 10
    sign_in(client)
    assert client.post(CODE, {"code": f" {code.upper()} "}).status_code == 302
    client.post("/account/sign-out/")
    sign_in(client)
    assert client.post(CODE, {"code": code}).status_code == 422


def test_the_code_page_needs_the_password_first_and_not_long_ago(client, owner, secret):
    assert client.get(CODE)["Location"] == SIGN_IN
    assert client.post(CODE, {"code": pyotp.TOTP(secret).now()})["Location"] == SIGN_IN
    sign_in(client)
    session = client.session
    pending = session["sign_in"]
    pending["at"] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session["sign_in"] = pending
    session.save()
    assert client.post(CODE, {"code": pyotp.TOTP(secret).now()})["Location"] == SIGN_IN


def test_a_temporary_password_must_be_replaced_before_anything_else(client, owner):
    temporary = reset_sign_in(user=owner, remove_second_factor=False)
    answer = sign_in(client, password=temporary)
    assert answer["Location"].startswith("/account/sign-in/password/")
    assert not signed_in(client)
    page = "/account/sign-in/password/"
    same = {"password": temporary, "again": temporary}
    assert client.post(page, same).status_code == 422
    weak = {"password": "12345678", "again": "12345678"}
    assert client.post(page, weak).status_code == 422
    good = {"password": "quiet-canal-77", "again": "quiet-canal-77"}
    assert client.post(page, good).status_code == 302
    assert signed_in(client)


def test_the_password_step_cannot_skip_the_code(client, owner, secret):
    reset_sign_in(user=owner, remove_second_factor=False)
    owner.set_password(PASSWORD)
    owner.save()
    assert sign_in(client)["Location"].startswith(CODE)
    good = {"password": "quiet-canal-77", "again": "quiet-canal-77"}
    assert client.post("/account/sign-in/password/", good)["Location"] == SIGN_IN


def test_sign_out_ends_the_session_in_the_database(client, owner):
    sign_in(client)
    cookie = client.cookies["yunhe_session"].value
    assert client.get("/account/sign-out/").status_code == 405
    client.post("/account/sign-out/")
    assert Session.objects.count() == 0
    client.cookies["yunhe_session"] = cookie
    assert not signed_in(client)


def test_a_closed_account_loses_its_running_session(client, owner):
    sign_in(client)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert not signed_in(client)


def test_the_secret_is_unreadable_in_the_database_and_survives_a_new_key(owner, secret, settings):
    def stored() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM accounts_totp")
            return cursor.fetchone()[0]

    before = stored()
    assert secret not in before
    old = list(settings.ENCRYPTION_KEYS)
    settings.ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", *old]
    assert reencrypt_secrets() == 1
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert Totp.objects.get().secret == secret
    settings.ENCRYPTION_KEYS = old
    with pytest.raises(ValueError, match="no key"):
        Totp.objects.get()


def test_a_page_costs_two_queries_for_who_and_scope(client, owner, django_assert_num_queries):
    sign_in(client)
    url = reverse("ui:design")
    client.get(url)
    # session, scope, bell; six of the test's own transaction (savepoint, role)
    with django_assert_num_queries(3 + 6):
        client.get(url)


def test_nobody_reads_another_ones_secrets(owner, secret, tree, make_user):
    director = make_user("director", tree["HQ"])
    with scoped(director.pk):
        assert not Totp.objects.exists()
        assert not Session.objects.exists()
        assert User.objects.filter(pk=owner.pk).exists()
