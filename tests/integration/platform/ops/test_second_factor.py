"""Roles that the installation lets work only with an authenticator."""

from __future__ import annotations

import pyotp
import pytest
from django.test import Client

from yunhe.platform.accounts.models import Totp
from yunhe.platform.ops.checks import check_protection

pytestmark = pytest.mark.django_db
FORM = {"password": "correct-horse-42"}


@pytest.fixture
def finance(tree, make_user, settings, client) -> Client:
    settings.SECOND_FACTOR_ROLES = ["finance"]
    make_user("finance", tree["HQ"], "fin")
    assert client.post("/account/sign-in/", FORM | {"username": "fin"}).status_code == 302
    return client


def test_without_an_authenticator_only_its_own_pages_open(finance):
    for address in ("/", "/metrics/", "/access/tokens/"):
        answer = finance.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/security/")
    fragment = finance.get("/metrics/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == "/account/security/"
    refused = finance.get("/api/v1/metrics/")
    assert (refused.status_code, refused.json()["code"]) == (403, "accounts.second_factor_needed")
    page = finance.get("/account/security/")
    assert page.context["demanded"] is True
    assert "您的角色必须使用两步验证" in page.content.decode()


def test_setting_one_up_opens_the_rest_and_it_stays_on(finance):
    assert finance.post("/account/authenticator/start/").status_code == 302
    code = pyotp.TOTP(Totp.objects.get().secret).now()
    assert finance.post("/account/authenticator/", {"code": code}).status_code == 200
    assert finance.get("/metrics/").status_code == 200
    assert finance.get("/api/v1/metrics/").status_code == 200
    refused = finance.post("/account/authenticator/remove/", {"current": FORM["password"]})
    assert refused.status_code == 403
    assert Totp.objects.exclude(confirmed_at=None).count() == 1


def test_other_roles_are_left_alone(finance, tree, make_user):
    make_user("dealer_owner", tree["D1"], "owner")
    other = type(finance)()
    other.post("/account/sign-in/", FORM | {"username": "owner"})
    assert other.get("/account/security/").context["demanded"] is False
    assert other.get("/").status_code in {200, 302}
    assert other.get("/portal/orders/").status_code == 200


def test_groups_and_unknown_names(settings, finance):
    settings.SECOND_FACTOR_ROLES = ["headquarters"]
    assert finance.get("/metrics/").status_code == 302
    settings.SECOND_FACTOR_ROLES = []
    assert finance.get("/metrics/").status_code == 200
    settings.SECOND_FACTOR_ROLES = ["finanz"]
    assert not check_protection().ok
    assert "finanz" in check_protection().detail
