"""Every page of network, policies, catalogue, pricing and stock: who gets it, and at what cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.integration.channel.world import file_partners, fill

from yunhe.channel.network.models import Licence
from yunhe.channel.policies.models import PolicyVersion
from yunhe.trade.pricing.models import PriceList

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tree):
    """`world([0])`: filed partners; a SKU, a list, a policy, a document, stock for each number."""
    file_partners(tree)
    return lambda numbers: fill(tree, numbers)


# the shell's own statements (session, scope, menus of other domains) are not this page's
OWN = re.compile(r"\b(?:(?:network|catalog|pricing|stock|policies)_|access_node)")
LISTS = [
    ("director", "HQ", "network:list", 3),
    ("director", "HQ", "network:tree", 3),
    ("director", "HQ", "network:licences", 3),
    ("director", "HQ", "catalog:list", 5),
    ("director", "HQ", "pricing:list", 3),
    ("director", "HQ", "stock:list", 5),
    ("director", "HQ", "stock:movements", 3),
    ("director", "HQ", "stock:check", 3),
    ("director", "HQ", "policies:list", 3),
    ("dealer_owner", "D1", "catalog_portal:list", 5),
    ("dealer_owner", "D1", "pricing_portal:list", 7),
    ("dealer_owner", "D1", "stock_portal:list", 2),
    ("dealer_owner", "D1", "stock_portal:movements", 2),
    ("dealer_owner", "D1", "policies_portal:list", 1),
]


@pytest.mark.parametrize(("role", "place", "name", "budget"), LISTS)
def test_a_list_costs_the_same_with_one_and_three_rows(  # noqa: PLR0917
    world, tree, make_user, client, role, place, name, budget
):
    client.force_login(make_user(role, tree[place]))
    costs = []
    for numbers in ([0], [1, 2]):
        world(numbers)
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse(name))
        assert response.status_code == 200
        costs.append(sum(bool(OWN.search(query["sql"])) for query in queries))
    assert costs == [budget, budget]


def pages(tree, skus):
    """(URL, console roles that get it, whether dealers get it)."""
    version = PolicyVersion.objects.first()
    price_list = PriceList.objects.first()
    sku = skus["K0"]
    d1 = tree["D1"].pk
    licence = Licence.objects.first()

    def at(name, *args):
        return reverse(name, args=args)

    console = [
        at("network:partner", d1), at("network:branch", tree["R1"].pk), at("catalog:sku", sku),
        at("pricing:detail", price_list.pk), at("pricing:prices", price_list.pk), at("pricing:why"),
        at("pricing:why") + "?partner=D1&sku=K0&unit=case&quantity=2&day=2026-11-22",
        at("policies:detail", version.policy_id), at("policies:version", version.policy_id, 1),
        at("policies:readers", version.pk),
    ]  # fmt: skip
    forms = {
        "sales_ops": [
            at("network:partner_create"), at("network:partner_change", d1), at("network:move", d1),
            at("network:licence_add", d1), at("network:contact_add", d1),
            at("network:licence", licence.pk), at("catalog:sku_create"), at("catalog:brand_create"),
            at("catalog:category_create"), at("catalog:product_create"), at("catalog:sku_change", sku),
            at("catalog:pack_set", sku), at("pricing:create"), at("pricing:change", price_list.pk),
            at("pricing:set", price_list.pk), at("stock:receive"), at("stock:count"), at("stock:place_set"),
        ],
        "policy_manager": [at("policies:create")],
        "director": [at("network:unit_create")],
    }  # fmt: skip
    portal = [
        at("network_portal:company"), at("catalog_portal:sku", sku), at("stock_portal:count"),
        at("policies_portal:read", version.pk),
    ]  # fmt: skip
    return console, forms, portal


def test_every_page_opens_for_its_people_in_both_languages_and_for_nobody_else(
    world, tree, make_user, client
):
    skus = world([0])
    console, forms, portal = pages(tree, skus)
    people = {
        role: make_user(role, tree["HQ"]) for role in ("sales_ops", "policy_manager", "director")
    }
    owner = make_user("dealer_owner", tree["D1"])
    wanted = [(people["director"], url) for url in console]
    wanted += [(people[role], url) for role, urls in forms.items() for url in urls]
    wanted += [(owner, url) for url in portal]
    for language in ("zh-hans", "en"):
        for user, url in wanted:
            user.language = language
            user.save(update_fields=["language"])
            client.force_login(user)
            assert client.get(url).status_code == 200, (user.username, url)
    client.force_login(owner)
    for _user, url in wanted:
        if "/portal/" not in url:
            assert client.get(url).status_code in {403, 404}, url


def test_a_foreign_dealer_sees_no_foreign_record(world, tree, make_user, client):
    world([0])
    version = PolicyVersion.objects.get()
    client.force_login(make_user("dealer_owner", tree["D2"]))
    assert "甲经销商" not in client.get(reverse("stock_portal:list")).content.decode()
    assert client.get(reverse("policies_portal:read", args=[version.pk])).status_code == 200
    regional = make_user("regional_manager", tree["R2"])
    client.force_login(regional)
    assert client.get(reverse("network:partner", args=[tree["D1"].pk])).status_code == 404
    assert client.get(reverse("network:partner", args=[tree["D2"].pk])).status_code == 200
    listed = client.get(reverse("stock:list")).content.decode()
    assert "甲经销商" not in listed


def test_the_phone_reads_to_the_end_and_confirms(world, tree, make_user, client):
    world([0])
    version = PolicyVersion.objects.get()
    PolicyVersion.objects.update(
        min_dwell_s=0, quiz={"question": "?", "options": ["a", "b"], "answer": 1}
    )
    owner = make_user("dealer_owner", tree["D1"])
    client.force_login(owner)

    def post(name, **data):
        return client.post(reverse(f"policies_portal:{name}", args=[version.pk]), data)

    fragment = client.post(
        reverse("policies_portal:open", args=[version.pk]), headers={"HX-Request": "true"}
    )
    assert 'id="reading"' in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert post("confirm", answer="1").status_code == 302  # refused: not at the end
    assert version.recipients.get(node=tree["D1"]).confirmed_at is None
    post("end")
    post("confirm", answer="0")
    assert version.readings.get().wrong_answers == 1
    post("end")
    post("confirm", answer="1")
    recipient = version.recipients.get(node=tree["D1"])
    assert recipient.confirmed_by_id == owner.pk
    assert timedelta() <= recipient.confirmed_at - recipient.opened_at < timedelta(minutes=5)
