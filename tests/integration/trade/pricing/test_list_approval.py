"""Nobody walks around the approval of prices by publishing another list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from tests.integration.trade.pricing.conftest import NOW, SYSTEM
from tests.integration.trade.pricing.test_requests import (  # noqa: F401  # fixtures
    D,
    bought,
    chain,
    decide,
    entry,
    pays,
)

from yunhe.platform.access.session import scoped, set_role
from yunhe.platform.workflow.kinds import kind_of
from yunhe.platform.workflow.models import Approval
from yunhe.platform.workflow.services import withdraw_approval
from yunhe.trade.pricing.errors import ApprovalNeeded, ListRefused, ListWaits
from yunhe.trade.pricing.services import (
    ListDraft,
    change_price_list,
    create_price_list,
    publish_price_list,
    set_prices,
    withdraw_price_list,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
TERMS = ListDraft(name="special", priority=10, valid_from=date(2026, 1, 1))


@pytest.fixture
def people(make_user, tree):
    return {
        "ops": make_user("sales_ops", tree["HQ"], "pricer"),
        "colleague": make_user("sales_ops", tree["HQ"], "colleague"),
        "director": make_user("director", tree["HQ"]),
    }


@pytest.fixture
def special(people, partners, skus, price_list):
    """D1's own list at 1.00, written by sales operations, beside a general price of 10."""
    price_list("HQ", {skus["A"]: 10})
    with scoped(people["ops"].pk) as ops:
        made = create_price_list(partners["D1"], code="special", draft=TERMS, actor=ops)
        set_prices(made, [entry(skus["A"], 1)], effective=TODAY, actor=ops, now=NOW)
    return made


def publish(people, made, who="ops"):
    with scoped(people[who].pk) as actor:
        return publish_price_list(made, actor=actor, now=NOW)


def test_without_a_chain_nothing_changes(people, special, partners, skus):
    assert publish(people, special).status == "published"
    assert pays(partners["D1"], skus["A"], TODAY) == 1
    with scoped(people["ops"].pk) as ops:
        assert withdraw_price_list(special, actor=ops, now=NOW).status == "withdrawn"


def test_publishing_waits_for_the_chain_and_shows_its_effect(  # noqa: PLR0917  # fixtures
    bought,  # noqa: F811
    people,
    special,
    tree,
    partners,
    skus,
):
    chain(tree)
    assert publish(people, special).status == "draft"
    assert pays(partners["D1"], skus["A"], TODAY) == 10
    request = Approval.objects.get()
    # D1 bought 100 at 10, to be 1
    assert (request.amount, request.facts["effect"], request.facts["partners"]) == (
        D("900.00"),
        "-900.00",
        2,  # D1 and the store below it
    )
    with override("en"):
        told = {
            str(name): str(value) for name, value in kind_of(request.kind).describe(request.facts)
        }
    assert told == {
        "What is asked": "to be published",
        "Partners concerned": "2",
        "Effect on revenue": "−¥900.00",
    }
    decide(people["director"])
    special.refresh_from_db()
    assert (special.status, special.priced_by) == ("published", [])
    assert pays(partners["D1"], skus["A"], TODAY) == 1


def test_while_it_waits_nothing_of_it_changes(people, special, tree, skus):
    chain(tree)
    publish(people, special)
    with scoped(people["ops"].pk) as ops:
        with pytest.raises(ListWaits):
            set_prices(special, [entry(skus["B"], 1)], effective=TODAY, actor=ops, now=NOW)
        with pytest.raises(ListWaits):
            change_price_list(special, draft=replace(TERMS, priority=99), actor=ops, now=NOW)
        with pytest.raises(ListWaits):
            publish_price_list(special, actor=ops, now=NOW)
        withdraw_approval(Approval.objects.get(), reason="again", actor=ops, now=NOW)
        set_prices(special, [entry(skus["B"], 1)], effective=TODAY, actor=ops, now=NOW)


def test_a_refused_list_stays_a_draft(people, special, tree):
    chain(tree)
    publish(people, special)
    decide(people["director"], "rejected")
    special.refresh_from_db()
    assert special.status == "draft"


def test_prices_that_begin_later_count_too(bought, people, special, tree, skus):  # noqa: F811
    with scoped(people["ops"].pk) as ops:
        later = date(2026, 12, 1)
        set_prices(special, [entry(skus["A"], 10)], effective=TODAY, actor=ops, now=NOW)
        set_prices(special, [entry(skus["A"], 2)], effective=later, actor=ops, now=NOW)
    chain(tree, amount_from=D(500))
    publish(people, special)
    assert Approval.objects.get().amount == D("800.00")


def test_who_set_the_prices_does_not_publish_a_small_effect_alone(people, special, tree):
    chain(tree, amount_from=D(5000))
    with pytest.raises(ApprovalNeeded):
        publish(people, special)
    assert publish(people, special, "colleague").status == "published"


def test_nor_approve_them(people, special, tree):
    chain(tree, role="sales_ops")
    publish(people, special, "colleague")
    with pytest.raises(ApprovalNeeded):
        decide(people["ops"])
    special.refresh_from_db()
    assert special.status == "draft"


def test_withdrawing_and_another_last_day_wait_too(people, tree, skus, price_list):
    made = price_list("HQ", {skus["A"]: 10})
    chain(tree)
    same = ListDraft(name=made.name, valid_from=date(2026, 1, 1))
    with scoped(people["ops"].pk) as ops:
        ending = replace(same, name="renamed", valid_to=date(2026, 12, 1))
        changed = change_price_list(made, draft=ending, actor=ops, now=NOW)
        assert (changed.name, changed.period.upper) == ("renamed", None)
        with pytest.raises(ListRefused):
            change_price_list(made, draft=replace(same, priority=9), actor=ops, now=NOW)
    decide(people["director"])
    made.refresh_from_db()
    assert made.period.upper == date(2026, 12, 1)
    Approval.objects.update(state="approved")
    with scoped(people["ops"].pk) as ops:
        assert withdraw_price_list(made, actor=ops, now=NOW).status == "published"


def test_the_system_and_a_partners_own_list_need_no_chain(people, special, tree):
    chain(tree)
    assert publish_price_list(special, actor=SYSTEM).status == "published"


def test_page_and_api_say_that_it_waits(people, special, tree):
    chain(tree)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(people["ops"])
    page = client.get(special.get_absolute_url()).content.decode()
    assert "Expected effect on revenue" in page
    set_role("none")
    answer = client.post(f"/api/v1/pricing/lists/{special.pk}/publish")
    assert (answer.status_code, answer.json()["status"], answer.json()["waiting"]) == (
        200,
        "draft",
        "publish",
    )
    set_role("none")
    page = client.get(special.get_absolute_url()).content.decode()
    assert "to be published, waiting for approval" in page
    assert f'action="/pricing/{special.pk}/publish/"' not in page
