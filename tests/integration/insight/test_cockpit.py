"""The cockpit and the dealer's home: who sees what, drilling, export, query budgets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from yunhe.insight.cockpit.home import suggestions
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.metrics.mart.refresh import refresh_mart
from yunhe.platform.metrics.question import Span
from yunhe.platform.metrics.targets import NewTarget, set_targets
from yunhe.trade.catalog.models import Sku
from yunhe.trade.sales.services import FactLine, record_facts

pytestmark = pytest.mark.django_db
WINTER = {"from": "2026-01-05", "to": "2026-03-01"}


@pytest.fixture
def cockpit(client):
    def get(**query):
        return client.get(reverse("cockpit:home"), WINTER | query)

    return get


def test_the_director_drills_from_the_nation_to_a_store(channel, client, make_user, tree, cockpit):
    client.force_login(make_user("director", tree["HQ"]))
    lines = [line.label for line in cockpit().context["lines"]]
    assert sorted(lines) == sorted(["华东区", "华南区"])
    assert [line.label for line in cockpit(region=channel.R1).context["lines"]] == ["甲经销商"]
    stores = cockpit(region=channel.R1, dealer=channel.D1).context["lines"]
    assert [line.label for line in stores] == ["甲门店"]
    store = cockpit(region=channel.R1, dealer=channel.D1, store=channel.S1)
    assert (store.context["lines"], store.context["title"]) == ([], "甲门店")
    assert [crumb.label for crumb in store.context["crumbs"]][1:] == ["华东区", "甲经销商"]


def test_a_regional_manager_sees_the_own_region_only(channel, client, make_user, tree, cockpit):
    client.force_login(make_user("regional_manager", tree["R1"]))
    page = cockpit()
    assert [line.label for line in page.context["lines"]] == ["甲经销商"]
    assert "乙经销商" not in page.content.decode()
    assert "乙" not in cockpit(dealer=channel.D2).content.decode()


def test_dealers_do_not_open_the_cockpit(channel, client, make_user, tree, cockpit):
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert cockpit().status_code == 403


@pytest.mark.parametrize("metric", ["sell_in_amount", "closing_stock", "receivables"])
def test_every_focus_and_comparison(channel, client, make_user, tree, metric):
    client.force_login(make_user("director", tree["HQ"]))
    for compare in ("previous_period", "last_year", "none"):
        query = WINTER | {"metric": metric, "compare": compare}
        page = client.get(reverse("cockpit:home"), query)
        assert page.status_code == 200
        assert page.context["lens"].focus.name == metric


def test_the_bars_of_why_add_up(channel, client, make_user, tree, cockpit):
    client.force_login(make_user("director", tree["HQ"]))
    for why in ("region", "dealer", "category", "mix"):
        context = cockpit(why=why, compare="last_year").context
        bars = sum(context["why"].series[0].values, Decimal(0))
        whole = context["lens"].ask("sell_out_amount").total.difference("sell_out_amount")
        assert bars == whole or abs(bars - whole) < Decimal("1e-12"), why


def test_the_ranking_leaves_as_a_file(channel, client, make_user, tree, cockpit):
    client.force_login(make_user("director", tree["HQ"]))
    answer = cockpit(export="csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 4
    assert cockpit(export="pdf").status_code == 422


def test_dealers_behind_plan_are_named(channel, client, make_user, tree, cockpit):
    """The last day with data is the today of the plan: a target out of reach must show."""

    from django.http import QueryDict

    from yunhe.insight.cockpit.attention import concerns
    from yunhe.insight.cockpit.lens import Lens

    set_targets(
        [NewTarget("sell_out_amount", channel.D1, date(2026, 1, 1), Decimal(10**9))],
        actor=system_principal("test"),
    )
    lens = Lens(
        system_principal("test"), QueryDict("from=2026-01-01&last=2026-01-31"), date(2026, 1, 31)
    )
    behind = [each for each in concerns(lens) if each.kind == "plan"]
    assert [(each.node_id, each.name) for each in behind] == [(channel.D1, "甲经销商")]
    assert lens.frame.period == Span(date(2026, 1, 1), date(2026, 2, 1))


def test_the_number_of_queries_is_fixed(
    channel, client, make_user, tree, django_assert_max_num_queries
):
    client.force_login(make_user("director", tree["HQ"]))
    client.get(reverse("cockpit:home"), WINTER)
    with django_assert_max_num_queries(14):
        client.get(reverse("cockpit:home"), WINTER)


@pytest.mark.parametrize("role", ["dealer_owner", "dealer_clerk", "store"])
def test_the_home_answers_its_questions(channel, client, make_user, tree, role):
    node = tree["S1"] if role == "store" else tree["D1"]
    client.force_login(make_user(role, node))
    page = client.get(reverse("cockpit_portal:home"))
    assert page.status_code == 200
    context = page.context
    assert context["todo"].items
    assert context["orders"] is not None
    assert (context["credit"] is not None) == (role == "dealer_owner")
    assert "乙" not in page.content.decode()


def test_what_to_buy_is_what_is_still_sold_in_its_own_unit(channel, make_user, tree):
    """56 sold in 28 days are 2 a day; without stock, 60 last thirty days."""
    sku = Sku.objects.create(
        pk=4, product_id=2, code="K4", name="果汁四", base_unit="piece", status="active"
    )
    sold = FactLine(
        line_key="1",
        node_id=tree["S1"].pk,
        sku_id=sku.pk,
        on=date(2026, 3, 5),
        quantity=Decimal(56),
        amount=Decimal(560),
    )
    now = datetime(2026, 3, 20, 4, tzinfo=UTC)
    record_facts([sold], flow="sell_out", source="test:home", now=now)
    refresh_mart(now=now)
    owner = make_user("dealer_owner", tree["D1"])
    with scoped(owner.pk) as principal:
        found = suggestions(principal, today=date(2026, 3, 10))
    assert [(each.name, each.unit, each.quantity) for each in found if each.sku_id == sku.pk] == [
        ("K4 果汁四", "piece", Decimal(60))
    ]
    Sku.objects.filter(pk=sku.pk).update(status="blocked")
    with scoped(owner.pk) as principal:
        left = suggestions(principal, today=date(2026, 3, 10))
    assert sku.pk not in {each.sku_id for each in left}


def test_an_empty_installation_says_what_comes_first(tree, client, make_user, settings, tmp_path):
    settings.MART_DIR = tmp_path / "nothing"
    client.force_login(make_user("director", tree["HQ"]))
    assert client.get(reverse("cockpit:home")).context["empty"].title
    client.force_login(make_user("data_steward", tree["HQ"]))
    refresh_mart(now=timezone.now())
    page = client.get(reverse("cockpit:home"))
    steps = {step.url: step.done for step in page.context["steps"]}
    assert steps == {
        "/intake/new/?type=sales": False,
        "/intake/new/?type=stores": False,
        "/intake/new/?type=products": False,
    }
    assert "/intake/new/?type=sales" in page.content.decode()
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert client.get(reverse("cockpit_portal:home")).status_code == 200
