"""Pages and API: the loop by hand, other dealers' records are not found, fixed query counts."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from yunhe.channel.policies.models import PolicyVersion
from yunhe.money.ledger.models import Entry
from yunhe.money.rebates.models import Accrual, Settlement, Statement, StatementLine
from yunhe.money.rebates.services import compute_accruals, open_settlement

from .conftest import NOW, RULE, SYSTEM, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_user(client, people):
    def sign_in(name, language="en"):
        client.force_login(people[name])
        client.cookies["django_language"] = language
        return client

    return sign_in


@pytest.fixture
def posted(programs, sell, settled):
    (program,) = programs()
    sell("D1", "COLA", "1500")
    sell("D2", "COLA", "500")
    compute_accruals(now=NOW)
    settled([program], cutoff=date(2026, 10, 31))
    return program


def of(model, code):
    return model.objects.get(node__code=code).pk


FORM = {
    "flow": "sell_through",
    "kind": "percent",
    "pay_on": "amount",
    "tier_by": "amount",
    "mode": "retrospective",
    "tiers-0-from": "50,000",
    "tiers-0-rate": "1.5",
    "tiers-1-from": "100000",
    "tiers-1-rate": "2.5 %",
    "tiers-2-from": "80000",
    "tiers-2-rate": "3",
    "tiers-3-from": "",
    "tiers-3-rate": "",
    "brands": ["B1"],
    "clawback": "on",
    "policy_read": "on",
    "frequency": "quarterly",
}


def test_an_overlapping_tier_is_entered_reported_and_fixed(draft, as_user):
    version = draft()
    manager = as_user("manager")
    add = reverse("policies:rule_add", args=[version.pk, "rebate"])
    assert manager.get(add).status_code == 200
    more = manager.post(add, FORM | {"more_tiers": "1"})
    assert more.status_code == 422
    assert more.content.count(b"-rate") > 5
    assert manager.post(add, FORM).status_code == 302
    saved = PolicyVersion.objects.get(pk=version.pk).rules[1]["definition"]
    assert saved["tiers"][:2] == [
        {"from": "50000", "rate": "0.015"},
        {"from": "100000", "rate": "0.025"},
    ]
    page = manager.get(reverse("policies:detail", args=[version.policy_id])).content.decode()
    assert "Tier 3 begins at ¥80,000, inside the tier before: they overlap." in page
    assert "rules.1.tiers.2" in page
    change = reverse("policies:rule_change", args=[version.pk, 1])
    assert 'value="100000"' in manager.get(change).content.decode()
    assert manager.post(change, FORM | {"tiers-2-from": "200000"}).status_code == 302
    page = manager.get(reverse("policies:detail", args=[version.policy_id])).content.decode()
    assert "they overlap" not in page
    chinese = as_user("manager", "zh-hans")
    page = chinese.get(reverse("policies:detail", args=[version.policy_id])).content.decode()
    assert "满 ¥50,000 返 1.5 %" in page


def test_a_tier_without_rate_is_asked_for(draft, as_user):
    add = reverse("policies:rule_add", args=[draft().pk, "rebate"])
    answer = as_user("manager").post(add, FORM | {"tiers-1-rate": ""})
    assert answer.status_code == 422
    assert "Tier 2: both numbers are needed" in answer.content.decode()


def test_the_console_opens_approves_posts(programs, sell, as_user):
    (program,) = programs()
    sell("D1", "COLA", "1500")
    finance = as_user("finance")
    data = {"programs": [program.pk], "kind": "interim", "cutoff": "2026-10-31"}
    assert finance.post(reverse("rebates:open"), data).status_code == 302
    settlement = Settlement.objects.get()
    approve = reverse("rebates:act", args=[settlement.pk, "approve"])
    post = reverse("rebates:act", args=[settlement.pk, "post"])
    finance.post(approve)
    finance.post(post)
    assert Entry.objects.count() == 0
    assert as_user("director").post(approve).status_code == 302
    finance = as_user("finance")
    assert finance.post(post).status_code == 302
    finance.post(post)
    settlement.refresh_from_db()
    assert settlement.state == "posted"
    assert [entry.amount for entry in Entry.objects.all()] == [Decimal(-30)]


def test_a_dealer_sees_tiers_steps_and_downloads(posted, as_user):
    dealer = as_user("dealer")
    home = dealer.get(reverse("rebates_portal:home")).content.decode()
    assert "¥30.00" in home
    why = dealer.get(reverse("rebates_portal:accrual", args=[of(Accrual, "D1")]))
    assert "That reaches tier 2" in why.content.decode()
    statement = of(Statement, "D1")
    page = dealer.get(reverse("rebates_portal:statement", args=[statement]))
    assert "yunhe verify" in page.content.decode()
    answer = dealer.get(reverse("rebates_portal:bundle", args=[statement]))
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    chinese = as_user("dealer", "zh-hans")
    why = chinese.get(reverse("rebates_portal:accrual", args=[of(Accrual, "D1")]))
    assert "达到第 2 档" in why.content.decode()


@pytest.mark.parametrize("name", ["dealer", "store"])
def test_another_dealers_records_are_not_found(name, posted, as_user, sell):
    sell("D2", "COLA", "5", on=date(2026, 11, 3))
    open_settlement([posted], cutoff=TODAY, actor=SYSTEM, now=NOW)
    person = as_user(name)
    assert Statement.objects.filter(node__code="D2").exists()
    for address in [
        reverse("rebates_portal:statement", args=[of(Statement, "D2")]),
        reverse("rebates_portal:bundle", args=[of(Statement, "D2")]),
        reverse("rebates_portal:accrual", args=[of(Accrual, "D2")]),
        f"/api/v1/rebates/statements/{of(Statement, 'D2')}",
        f"/api/v1/rebates/statements/{of(Statement, 'D2')}/bundle",
        f"/api/v1/rebates/accruals/{of(Accrual, 'D2')}",
    ]:
        assert person.get(address).status_code == 404, address
    line = StatementLine.objects.filter(node__code="D1", statement=None).get()
    assert person.get(reverse("rebates:line", args=[line.pk])).status_code == 403
    assert person.get("/api/v1/rebates/settlements").status_code == 403
    ids = [row["partner"] for row in person.get("/api/v1/rebates/statements").json()["items"]]
    assert ids == (["D1"] if name == "dealer" else [])


def test_a_regional_manager_sees_the_own_region(posted, as_user):
    regional = as_user("regional")
    page = regional.get(reverse("rebates:accruals", args=[posted.pk])).content.decode()
    assert ("D1" in page, "D2" in page) == (True, False)
    assert regional.get(reverse("rebates:statement", args=[of(Statement, "D2")])).status_code == 404


def test_every_console_page_opens(posted, as_user):
    finance = as_user("finance")
    settlement = Settlement.objects.get()
    for address in [
        reverse("rebates:list"),
        reverse("rebates:program", args=[posted.pk]),
        reverse("rebates:accruals", args=[posted.pk]),
        reverse("rebates:accrual", args=[of(Accrual, "D1")]),
        reverse("rebates:settlements"),
        reverse("rebates:open"),
        reverse("rebates:settlement", args=[settlement.pk]),
        reverse("rebates:lines", args=[settlement.pk]),
        reverse("rebates:line", args=[of(StatementLine, "D1")]),
        reverse("rebates:statements"),
        reverse("rebates:statement", args=[of(Statement, "D1")]),
        reverse("rebates:bundle", args=[of(Statement, "D1")]),
        reverse("rebates:keys"),
    ]:
        assert finance.get(address).status_code == 200, address
    finance.logout()
    assert finance.get(reverse("rebates:keys")).status_code == 200


def test_the_api_runs_the_loop(programs, sell, as_user):
    (program,) = programs(RULE)
    sell("D1", "COLA", "800")
    compute_accruals(now=NOW)
    finance = as_user("finance")
    body = {"program_ids": [program.pk], "cutoff": "2026-10-31"}
    headers = {"content_type": "application/json"}
    opened = finance.post("/api/v1/rebates/settlements", body, **headers)
    assert opened.status_code == 201, opened.content
    number = opened.json()["id"]
    assert opened.json()["actions"] == ["approve", "cancel"]
    refused = finance.post(f"/api/v1/rebates/settlements/{number}/approve", {}, **headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "rebates.same_hand")
    director = as_user("director")
    approve = f"/api/v1/rebates/settlements/{number}/approve"
    assert director.post(approve, {}, **headers).status_code == 200
    assert director.post(approve, {}, **headers).status_code == 409
    finance = as_user("finance")
    post = f"/api/v1/rebates/settlements/{number}/post"
    assert finance.post(post, {}, **headers).json()["due"] == "8.0000"
    assert finance.post(post, {}, **headers).status_code == 409
    assert finance.get("/api/v1/rebates/programs").json()["items"][0]["paid"] == "8.0000"
    accrual = as_user("dealer").get(f"/api/v1/rebates/accruals/{of(Accrual, 'D1')}").json()
    assert (accrual["earned"], accrual["to_next"]) == ("8.0000", "200.00000000")


@pytest.fixture
def several(programs, settled, sell):
    def make(count):
        for at in range(count):
            (program,) = programs(code=f"P{at}")
            sell("D1", "COLA", "800")
            settled([program], cutoff=date(2026, 10, 31))

    return make


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_a_fixed_number_of_statements(
    rows, several, as_user, django_assert_max_num_queries
):
    several(rows)
    finance = as_user("finance")
    for name in ("list", "settlements", "statements"):
        with django_assert_max_num_queries(12):
            assert finance.get(reverse(f"rebates:{name}")).status_code == 200
    dealer = as_user("dealer")
    with django_assert_max_num_queries(14):
        dealer.get(reverse("rebates_portal:home"))


@pytest.mark.parametrize(
    ("language", "money", "units"),
    [("en", "¥1,500.00", "150 units"), ("zh-hans", "¥1,500.00", "150 件")],
)
def test_the_base_has_the_unit_that_the_program_pays_on(  # noqa: PLR0917  # fixtures and a case
    programs, sell, settled, as_user, language, money, units
):
    per_unit = RULE | {
        "pay_on": "quantity",
        "tier_by": "quantity",
        "kind": "per_unit",
        "tiers": [{"from": "0", "rate": "0.1"}, {"from": "1000", "rate": "0.2"}],
    }
    found = programs(RULE, per_unit)
    sell("D1", "COLA", "1500")
    compute_accruals(now=NOW)
    settlement = settled(found, cutoff=date(2026, 10, 31))
    finance = as_user("finance", language)

    for program, shown in zip(found, (money, units), strict=True):
        address = reverse("rebates:accruals", args=[program.pk])
        assert shown in finance.get(address, {"cols": "partner,base"}).content.decode()
        exported = b"".join(finance.get(address, {"cols": "partner,base", "export": "csv"}))
        plain = "1500" if shown == money else "150"
        assert set(exported.decode("utf-8-sig").splitlines()[1:]) == {
            f"甲经销商,{plain}",
            "乙经销商,0",
        }
    lines = finance.get(reverse("rebates:settlement", args=[settlement.pk])).content.decode()
    assert money in lines
    assert units in lines
