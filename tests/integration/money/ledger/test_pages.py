"""The pages and the API of the ledger."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yunhe.money.ledger.models import Closing, Entry, LegalEntity
from yunhe.money.ledger.queries import balance_of, credit_of
from yunhe.money.ledger.services import post_invoice
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import set_role

pytestmark = pytest.mark.django_db
ACTOR = system_principal("test")


@pytest.fixture
def books(tree):
    """D1 owes 100 (overdue) and 50, D2 owes 70."""
    today = timezone.localdate()
    for code, amount, key, due in (
        ("D1", 100, "INV-1", date(2026, 1, 31)),
        ("D1", 50, "INV-2", date(2100, 1, 1)),
        ("D2", 70, "INV-3", today),
    ):
        post_invoice(
            node_id=tree[code].pk,
            amount=Decimal(amount),
            on=date(2026, 1, 5),
            key=key,
            number=key,
            due_on=due,
            actor=ACTOR,
            now=timezone.now(),
        )
    return tree


@pytest.fixture
def browser(books, make_user):
    def open_for(role: str, code: str) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(make_user(role, books[code]))
        return client

    return open_for


def go(client: Client, url: str, data=None):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    return client.get(url) if data is None else client.post(url, data)


def test_receivables_show_who_is_overdue_and_lead_to_the_account(browser, books):
    client = browser("finance", "HQ")
    page = go(client, reverse("ledger:list")).content.decode()
    assert "D1 EN" in page
    assert "100.00" in page
    account = go(client, reverse("ledger:partner", args=[books["D1"].pk])).content.decode()
    assert "INV-1" in account
    assert "INV-3" not in account


def test_a_statement_shows_both_balances_and_exports(browser, books):
    client = browser("finance", "HQ")
    url = (
        reverse("ledger:statement", args=[books["D1"].pk])
        + "?period_from=2026-01-01&period_to=2026-01-31"
    )
    page = go(client, url).content.decode()
    assert "150.00" in page
    for kind in ("csv", "xlsx"):
        answer = go(client, f"{url}&export={kind}")
        assert answer.status_code == 200
    csv = b"".join(go(client, f"{url}&export=csv")).decode("utf-8-sig")
    assert [line.split(",")[2] for line in csv.splitlines()[1:]] == ["INV-1", "INV-2"]


def test_finance_records_a_payment_once_and_sets_a_limit(browser, books):
    client = browser("finance", "HQ")
    form = {
        "node": books["D1"].pk,
        "amount": "120",
        "on": "2026-02-01",
        "number": "B-1",
        "key": "k",
    }
    for _ in range(2):
        assert go(client, reverse("ledger:payment"), form).status_code == 302
    assert balance_of(books["D1"].pk) == 30
    go(
        client,
        reverse("ledger:limit", args=[books["D1"].pk]),
        {"amount": "500", "reason": "good payer"},
    )
    assert credit_of(books["D1"].pk).limit == 470
    go(client, reverse("ledger:credit_note"), form | {"amount": "10", "key": "c"})
    assert balance_of(books["D1"].pk) == 20


def test_a_period_is_closed_for_good(browser, books):
    client = browser("finance", "HQ")
    form = {"entity": LegalEntity.objects.get().pk, "until": "2026-01-31"}
    assert go(client, reverse("ledger:close"), form).status_code == 302
    assert go(client, reverse("ledger:close"), form).status_code == 422
    assert Closing.objects.count() == 1


def test_a_dealer_sees_its_own_account_only(browser, books):
    client = browser("dealer_owner", "D1")
    page = go(client, reverse("ledger_portal:account")).content.decode()
    assert "Credit available" in page
    assert "INV-1" in page
    assert "INV-3" not in page
    assert go(client, reverse("ledger_portal:statement")).status_code == 200
    odd = reverse("ledger_portal:statement") + "?period_from=x&period_to=9999-12-31"
    assert "Enter a date between" in go(client, odd).content.decode()
    assert go(client, reverse("ledger:list")).status_code == 403


def test_the_api_gives_credit_statement_and_open_items(browser, books):
    client, dealer = browser("finance", "HQ"), browser("dealer_owner", "D1")
    pk = books["D1"].pk
    body = json.dumps({"amount": "500", "reason": "start"})
    set_role("none")
    answer = client.put(f"/api/v1/ledger/credit/{pk}", body, content_type="application/json")
    assert answer.json()["limit"] == "350.000000"
    assert go(dealer, f"/api/v1/ledger/credit/{pk}").json()["balance"] == "150.0000"
    found = go(dealer, f"/api/v1/ledger/statement/{pk}?start=2026-01-01&end=2026-02-01").json()
    assert (found["opening"], found["closing"], len(found["rows"])) == ("0", "150.0000", 2)
    items = go(dealer, "/api/v1/ledger/open-items").json()["items"]
    assert [item["open_amount"] for item in items] == ["50.0000", "100.0000"]
    paid = json.dumps({"node_id": pk, "amount": "5", "on": "2026-02-01", "key": "p"})
    for code, client_ in ((201, client), (403, dealer)):
        set_role("none")
        answer = client_.post("/api/v1/ledger/payments", paid, content_type="application/json")
        assert answer.status_code == code
    set_role("none")
    assert Entry.objects.filter(kind="payment").count() == 1
