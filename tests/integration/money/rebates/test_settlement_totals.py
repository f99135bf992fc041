"""Totals of a settlement are of the partners that the reader sees: page, export, API and metric.

Amounts that no page shows for another reason: 1,515.50 × 2 % = 30.31 for D1 in R1, and
877 × 1 % = 8.77 for D2 in R2; both together 39.08.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from yunhe.money.rebates.models import Settlement
from yunhe.money.rebates.services import compute_accruals
from yunhe.platform.metrics.mart.refresh import refresh_mart

from .conftest import NOW

pytestmark = pytest.mark.django_db
ALL, OWN, OTHER = "39.08", "30.31", "8.77"
SEES = {
    "director": (ALL, 2),
    "finance": (ALL, 2),
    "manager": (ALL, 2),
    "regional": (OWN, 1),
}
NOTE = "Totals of the partners in your data scope"


@pytest.fixture
def posted(programs, sell, settled):
    taking = programs()
    sell("D1", "COLA", "1515.50")
    sell("D2", "COLA", "877")
    compute_accruals(now=NOW)
    settlement = settled(taking, cutoff=date(2026, 10, 31))
    refresh_mart(now=NOW)
    return settlement


@pytest.fixture
def ask(client, people):
    def sign_in(role):
        client.force_login(people[role])
        client.cookies["django_language"] = "en"
        return client

    return sign_in


def not_seen(role):
    """The amounts that must stand nowhere in what the role reads."""
    return (ALL, OTHER) if SEES[role][0] == OWN else ()


def test_the_settlement_itself_holds_the_sum_of_all(posted):
    row = Settlement.objects.get(pk=posted.pk)
    assert (row.due, row.earned, row.partners) == (Decimal(ALL), Decimal(ALL), 2)


@pytest.mark.parametrize("role", SEES)
def test_pages_show_the_readers_totals(role, posted, ask):
    person, (due, _partners) = ask(role), SEES[role]
    for address in (
        reverse("rebates:settlements"),
        reverse("rebates:settlement", args=[posted.pk]),
        reverse("rebates:list"),
        reverse("rebates:program", args=[posted.parts.get().program_id]),
    ):
        page = person.get(address).content.decode()
        assert f"¥{due}" in page, address
        assert [text for text in not_seen(role) if text in page] == [], address
        assert (NOTE in page) == (role == "regional"), address


@pytest.mark.parametrize("role", SEES)
def test_the_list_is_exported_with_the_readers_totals(role, posted, ask):
    answer = ask(role).get(reverse("rebates:settlements") + "?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    due, partners = SEES[role]
    assert (Decimal(row["Earned"]), Decimal(row["Due"])) == (Decimal(due), Decimal(due))
    assert int(row["Partners"]) == partners
    assert [amount for amount in not_seen(role) if amount in text] == []


@pytest.mark.parametrize("role", SEES)
def test_the_api_answers_with_the_readers_totals(role, posted, ask):
    person, (due, partners) = ask(role), SEES[role]
    (listed,) = person.get("/api/v1/rebates/settlements").json()["items"]
    one = person.get(f"/api/v1/rebates/settlements/{posted.pk}").json()
    for row in (listed, one):
        assert (Decimal(row["earned"]), Decimal(row["due"])) == (Decimal(due), Decimal(due))
        assert row["partners"] == partners


@pytest.mark.parametrize("role", SEES)
def test_metrics_are_of_the_readers_partners(role, posted, ask):
    question = {
        "metrics": ["rebate_settled", "rebate_accrued", "rebate_open"],
        "period": {"from": "2026-11-22", "to": "2026-11-23"},
    }
    body = json.dumps(question)
    answer = ask(role).post("/api/v1/metrics/query", body, content_type="application/json")
    values = answer.json()["total"]["values"]
    due = Decimal(SEES[role][0])
    assert {name: Decimal(value or 0) for name, value in values.items()} == {
        "rebate_settled": due,
        "rebate_accrued": due,
        "rebate_open": Decimal(0),
    }


@pytest.mark.parametrize(("role", "due"), [("dealer", OWN), ("other", OTHER), ("store", None)])
def test_a_partner_reads_no_settlement_and_its_own_statement_only(role, due, posted, ask):
    person = ask(role)
    assert person.get(reverse("rebates:settlements")).status_code == 403
    assert person.get(f"/api/v1/rebates/settlements/{posted.pk}").status_code == 403
    statements = person.get("/api/v1/rebates/statements").json()["items"]
    assert [Decimal(row["due"]) for row in statements] == ([Decimal(due)] if due else [])
    home = person.get(reverse("rebates_portal:home")).content.decode()
    assert [amount for amount in (ALL, OWN, OTHER) if amount != due and amount in home] == []
