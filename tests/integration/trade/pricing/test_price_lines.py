"""Prices from the database: which list, two statements, and who may know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.errors import UnknownPack
from yunhe.trade.pricing.errors import PriceHidden, PriceMissing
from yunhe.trade.pricing.models import Price, PriceList
from yunhe.trade.pricing.queries import AskedLine, price_lines

pytestmark = pytest.mark.django_db
D = Decimal
DAY = date(2026, 11, 22)


def unit_price(node, sku, on=DAY, **more):
    (line,) = price_lines(
        node_id=node.pk, lines=[AskedLine(sku, "bottle", D(1))], on=on, require=False, **more
    )
    return line.unit_price


def test_the_most_specific_list_wins_for_each_partner(partners, skus, price_list):
    a, b = skus["A"], skus["B"]
    price_list("HQ", {a: 10, b: 20})
    price_list("HQ", {a: 9}, level="dealer")
    price_list("HQ", {a: 8}, level="dealer", tier="core")
    assert unit_price(partners["D1"], a) == 8
    assert unit_price(partners["D2"], a) == 9
    assert unit_price(partners["S1"], a) == 10
    price_list("R2", {a: 7})
    price_list("D1", {a: 6})
    assert unit_price(partners["D1"], a) == 6
    assert unit_price(partners["D2"], a) == 7
    assert unit_price(partners["S1"], a) == 6
    assert unit_price(partners["S2"], a) == 7
    assert unit_price(partners["D1"], b) == 20


def test_drafts_other_days_and_other_currencies_do_not_price(partners, skus, price_list):
    a = skus["A"]
    price_list("HQ", {a: 10})
    price_list("D1", {a: 1}, code="draft", publish=False)
    price_list("D1", {a: 2}, code="dollars", currency="USD")
    price_list("D1", {a: 3}, code="ended", valid_to=date(2026, 11, 22))
    assert unit_price(partners["D1"], a) == 10
    assert unit_price(partners["D1"], a, on=date(2026, 11, 21)) == 3
    assert unit_price(partners["D1"], a, currency="USD") == 2
    assert unit_price(partners["D1"], a, on=date(2025, 12, 31)) is None


@pytest.mark.parametrize("count", [1, 3])
def test_two_statements_and_the_order_asked(partners, skus, price_list, count):
    price_list("HQ", {skus["A"]: "1.5", skus["B"]: 2, skus["C"]: 3})
    asked = [AskedLine(skus[code], "case", D(2)) for code in ("B", "A", "C")[:count]]
    with CaptureQueriesContext(connection) as queries:
        lines = price_lines(node_id=partners["D1"].pk, lines=asked, on=DAY)
    assert len(queries) == 2
    assert [(line.unit_price, line.amount, line.base_quantity) for line in lines] == [
        (D("24.0000"), D("48.00"), D(24)),
        (D("18.0000"), D("36.00"), D(24)),
        (D("36.0000"), D("72.00"), D(24)),
    ][:count]


def test_why_names_the_list_the_conversion_and_what_was_passed_over(partners, skus, price_list):
    price_list("HQ", {skus["A"]: 10}, level="dealer")
    price_list("D1", {skus["B"]: 1}, code="own")
    (line,) = price_lines(
        node_id=partners["D1"].pk, lines=[AskedLine(skus["A"], "case", D(1))], on=DAY
    )
    with translation.override("en"):
        assert line.why == (
            "“HQ-dealer” (dealer) has 10 per bottle from 1 on. Converted to 120 per case. "
            "One more specific list was passed over: “own”: no price for this product."
        )


def test_missing_prices_and_units_are_named_by_row(partners, skus, price_list):
    price_list("HQ", {skus["A"]: 10})
    asked = [AskedLine(skus[code], "bottle", D(1)) for code in "ABC"]
    with pytest.raises(PriceMissing) as missing:
        price_lines(node_id=partners["D1"].pk, lines=asked, on=DAY)
    assert [row["row"] for row in missing.value.rows] == [2, 3]
    with pytest.raises(UnknownPack) as unknown:
        price_lines(node_id=partners["D1"].pk, lines=[AskedLine(skus["A"], "pallet", D(1))], on=DAY)
    assert [row["row"] for row in unknown.value.rows] == [1]


def visible():
    return sorted(PriceList.objects.values_list("code", flat=True))


def test_a_partner_sees_only_the_lists_that_price_it(partners, skus, price_list, make_user):
    a = skus["A"]
    price_list("HQ", {a: 10}, code="general")
    price_list("HQ", {a: 9}, code="dealers", level="dealer")
    price_list("HQ", {a: 9}, code="growth dealers", level="dealer", tier="growth")
    price_list("HQ", {a: 9}, code="stores", level="store")
    price_list("D1", {a: 8}, code="D1 own")
    price_list("S1", {a: 8}, code="S1 own")
    price_list("D2", {a: 7}, code="D2 own")
    price_list("D1", {a: 6}, code="D1 draft", publish=False)
    seen = {
        ("dealer_owner", "D1"): ["D1 own", "dealers", "general"],
        ("dealer_owner", "D2"): ["D2 own", "dealers", "general", "growth dealers"],
        ("store", "S1"): ["D1 own", "S1 own", "general", "stores"],
        ("store", "S2"): ["D2 own", "general", "stores"],
        ("regional_manager", "R1"): [
            "D1 draft",
            "D1 own",
            "S1 own",
            "dealers",
            "general",
            "growth dealers",
            "stores",
        ],
    }
    for (role, place), codes in seen.items():
        with scoped(make_user(role, partners[place]).pk):
            assert visible() == codes, (role, place)
            lists = Price.objects.values_list("price_list__code", flat=True).distinct()
            assert sorted(lists) == codes, (role, place)
    with scoped(make_user("director", partners["HQ"]).pk):
        assert len(visible()) == 8


def test_a_store_below_does_not_see_its_dealers_level_list(partners, skus, price_list, make_user):
    price_list("D1", {skus["A"]: 5}, code="D1 dealer price", level="dealer")
    with scoped(make_user("store", partners["S1"]).pk):
        assert visible() == []


def test_a_partner_may_ask_for_its_own_prices_only(partners, skus, price_list, make_user):
    price_list("HQ", {skus["A"]: 10})
    with scoped(make_user("dealer_owner", partners["D1"]).pk):
        assert unit_price(partners["D1"], skus["A"]) == 10
        with pytest.raises(PriceHidden):
            unit_price(partners["S1"], skus["A"])
        with pytest.raises(NotFound):
            unit_price(partners["D2"], skus["A"])
        with pytest.raises(PriceHidden):
            unit_price(partners["HQ"], skus["A"])
    with scoped(make_user("regional_manager", partners["R1"]).pk):
        assert unit_price(partners["S1"], skus["A"]) == 10
        with pytest.raises(NotFound):
            unit_price(partners["D2"], skus["A"])
