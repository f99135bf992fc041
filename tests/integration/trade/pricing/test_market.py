"""Floors and sales below them, competitors' prices, history."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.integration.trade.pricing.conftest import NOW, SYSTEM

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.models import OutboxEvent
from yunhe.trade.catalog.models import Sku
from yunhe.trade.pricing.errors import EvidenceRefused
from yunhe.trade.pricing.models import CompetitorPrice, RetailBreach, RetailFloor
from yunhe.trade.pricing.queries.market import history_lines
from yunhe.trade.pricing.services import (
    CompetitorEntry,
    FloorDraft,
    PriceEntry,
    explain_breach,
    record_competitor_prices,
    set_floors,
    set_prices,
    watch_retail,
)
from yunhe.trade.sales.services import FactLine, record_facts

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = date(2026, 11, 22)


def sold(store, sku, quantity, amount, *, days=1, key="a"):
    line = FactLine(
        line_key=key,
        node_id=store.pk,
        sku_id=sku,
        on=TODAY - timedelta(days=days),
        quantity=D(quantity),
        amount=D(amount),
        document=f"小票{key}",
    )
    record_facts([line], flow="sell_out", source="pos", now=NOW)


def floor(node, sku, price, **more):
    starts = more.pop("starts", date(2026, 11, 1))
    drafts = [FloorDraft(sku_id=sku, price=D(price))]
    return set_floors(node, drafts, starts=starts, actor=SYSTEM, **more)


def test_a_sale_below_the_floor_is_found_once_with_its_evidence(partners, skus):
    floor(partners["HQ"], skus["A"], "5.00")
    sold(partners["S1"], skus["A"], 3, "14.97", key="low")
    sold(partners["S2"], skus["A"], 3, "15.00", key="exact")
    sold(partners["S1"], skus["B"], 1, "0.10", key="other")
    sold(partners["S1"], skus["A"], -1, "-1.00", key="return")
    sold(partners["S1"], skus["A"], 1, "1.00", days=30, key="before")
    assert watch_retail(now=NOW) == 1
    assert watch_retail(now=NOW) == 0
    breach = RetailBreach.objects.get()
    assert (breach.node, breach.document, breach.unit_price, breach.floor_price) == (
        partners["S1"],
        "小票low",
        D("4.99"),
        D("5.00"),
    )
    assert breach.below == D("0.002")
    event = OutboxEvent.objects.get(type="yunhe.pricing.retail_breach.found.v1")
    assert event.node_id is None, "headquarters' own business: no dealer's webhook hears it"


def test_the_floor_of_the_nearest_unit_counts(partners, skus):
    floor(partners["HQ"], skus["A"], 5)
    floor(partners["R1"], skus["A"], 4)
    sold(partners["S1"], skus["A"], 1, "4.50", key="east")
    sold(partners["S2"], skus["A"], 1, "4.50", key="south")
    assert watch_retail(now=NOW) == 1
    assert RetailBreach.objects.get().node == partners["S2"]


def test_a_new_floor_ends_the_running_one(partners, skus):
    floor(partners["HQ"], skus["A"], 5)
    floor(partners["HQ"], skus["A"], 6, starts=date(2026, 11, 20))
    rows = RetailFloor.objects.order_by("period")
    assert [(row.price, row.period.lower.day, row.period.upper) for row in rows] == [
        (D(5), 1, date(2026, 11, 20)),
        (D(6), 20, None),
    ]
    for bad in ({"starts": date(2026, 11, 10)}, {"ends": date(2026, 11, 1)}):
        with pytest.raises(EvidenceRefused):
            floor(partners["HQ"], skus["A"], 7, **bad)
    with pytest.raises(EvidenceRefused):
        floor(partners["HQ"], skus["B"], 0)


def test_findings_are_explained_by_their_region_and_hidden_from_partners(partners, skus, make_user):
    floor(partners["HQ"], skus["A"], 5)
    sold(partners["S1"], skus["A"], 1, "4.00")
    watch_retail(now=NOW)
    breach = RetailBreach.objects.select_related("node").get()
    for role, code in (("dealer_owner", "D1"), ("store", "S1"), ("regional_manager", "R2")):
        with scoped(make_user(role, partners[code]).pk) as principal:
            assert not RetailBreach.objects.exists()
            with pytest.raises(NotAllowed):
                explain_breach(breach, note="x", actor=principal)
    with scoped(make_user("regional_manager", partners["R1"]).pk) as principal:
        with pytest.raises(EvidenceRefused):
            explain_breach(breach, note=" ", actor=principal)
        assert explain_breach(breach, note="临期", actor=principal).state == "explained"


def test_competitor_prices_are_recorded_once_a_key_where_one_stands(partners, skus, make_user):
    seen = CompetitorEntry(
        competitor="对手",
        product="冰茶",
        sku_id=skus["A"],
        price=D("2.50"),
        seen_on=TODAY,
        source_key="f1:1",
    )
    with scoped(make_user("store", partners["S1"]).pk) as principal:
        assert record_competitor_prices(partners["S1"], [seen], actor=principal, now=NOW) == 1
        assert record_competitor_prices(partners["S1"], [seen], actor=principal, now=NOW) == 0
        with pytest.raises(NotAllowed):
            record_competitor_prices(partners["S2"], [seen], actor=principal, now=NOW)
    with scoped(make_user("dealer_owner", partners["D2"]).pk):
        assert not CompetitorPrice.objects.exists()
    late = CompetitorEntry(competitor="x", product="y", price=D(1), seen_on=date(2026, 12, 1))
    with pytest.raises(EvidenceRefused):
        record_competitor_prices(partners["HQ"], [late], actor=SYSTEM, now=NOW)


def test_history_shows_every_list_and_competitors_beside(
    partners, skus, price_list, django_assert_num_queries
):
    general = price_list("HQ", {skus["A"]: 10})
    rise = [PriceEntry(sku_id=skus["A"], unit="bottle", price=D(11))]
    set_prices(general, rise, effective=TODAY, actor=SYSTEM, now=NOW)
    seen = CompetitorEntry(
        competitor="对手",
        product="冰茶",
        sku_id=skus["A"],
        price=D(9),
        seen_on=date(2026, 11, 1),
    )
    record_competitor_prices(partners["HQ"], [seen], actor=SYSTEM, now=NOW)
    sku = Sku.objects.get(pk=skus["A"])
    with django_assert_num_queries(2):
        days, lines = history_lines(sku, until=date(2026, 12, 1))
    assert days == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 11, 1),
        TODAY,
        date(2026, 12, 1),
    ]
    assert [(line.label, line.values) for line in lines] == [
        ("HQ-general", (None, D(10), D(10), D(11), D(11))),
        ("对手 冰茶", (None, None, D(9), D(9), D(9))),
    ]
