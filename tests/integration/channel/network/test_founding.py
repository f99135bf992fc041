"""An empty installation: the first account, made once, by whoever runs the server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from yunhe.channel.network.errors import FoundedAlready, SetupKeyRefused
from yunhe.channel.network.services import (
    Founding,
    UnitRow,
    ensure_units,
    found_installation,
    setup_key,
    setup_notice,
)
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.accounts.errors import PasswordRefused
from yunhe.platform.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
FOUNDING = Founding(
    company="澜禾食品", company_en="Lanhe", username="lin", name="林岚", password="correct-horse-42"
)
FORM = {
    "company": "澜禾食品",
    "company_en": "Lanhe",
    "name": "林岚",
    "username": "lin",
    "password": "correct-horse-42",
    "again": "correct-horse-42",
}
FIRST, SIGN_IN = "/network/first/", "/account/sign-in/"


def test_an_empty_installation_leads_from_sign_in_to_the_first_account(client):
    answer = client.get(SIGN_IN)
    assert (answer.status_code, answer["Location"]) == (302, FIRST)

    page = client.get(f"{FIRST}?key={setup_key()}")
    assert page.status_code == 200
    assert f'type="hidden" name="key" value="{setup_key()}"' in page.content.decode()

    answer = client.post(FIRST, {**FORM, "key": setup_key()})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    top = Node.objects.get()
    assert (top.code, top.name, top.name_en, top.parent_id) == ("HQ", "澜禾食品", "Lanhe", None)
    roles = set(Grant.objects.values_list("role", "node_id"))
    assert roles == {
        (role, top.pk)
        for role in (
            "director",
            "policy_manager",
            "sales_ops",
            "finance",
            "data_steward",
            "it_admin",
        )
    }
    for page in ("/cockpit/", "/intake/new/", "/access/users/", "/network/tree/"):
        assert client.get(page).status_code == 200, page


def test_without_the_key_nobody_becomes_the_first(client):
    answer = client.post(FIRST, {**FORM, "key": "guessed"})
    assert answer.status_code == 403
    assert not User.objects.exists()
    assert not Node.objects.exists()
    with pytest.raises(SetupKeyRefused):
        found_installation(FOUNDING, key="", now=NOW)


def test_a_weak_password_makes_nothing(client):
    weak = {**FORM, "password": "12345678", "again": "12345678", "key": setup_key()}
    assert client.post(FIRST, weak).status_code == 422
    assert not User.objects.exists()
    with pytest.raises(PasswordRefused):
        found_installation(
            Founding(company="C", username="u", name="n", password="1"), key=setup_key(), now=NOW
        )


def test_it_happens_once(client):
    assert setup_key() in setup_notice("http://localhost")
    found_installation(FOUNDING, key=setup_key(), now=NOW)
    assert setup_notice("http://localhost") == ""
    assert client.get(FIRST)["Location"] == SIGN_IN
    assert client.post(FIRST, {**FORM, "key": setup_key()})["Location"] == SIGN_IN
    with pytest.raises(FoundedAlready), transaction.atomic():
        found_installation(FOUNDING, key=setup_key(), now=NOW)
    assert User.objects.count() == 1


def test_headquarters_that_an_import_made_gets_the_companys_name():
    ensure_units([UnitRow(code="TOP", name="总部")], actor=system_principal("test"), now=NOW)
    user = found_installation(FOUNDING, key=setup_key(), now=NOW)
    top = Node.objects.get()
    assert (top.code, top.name, top.name_en) == ("TOP", "澜禾食品", "Lanhe")
    assert set(user.grants.values_list("node_id", flat=True)) == {top.pk}
