"""Price lists and rows over time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.integration.trade.pricing.conftest import NOW, SYSTEM

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import Conflict, NotAllowed
from yunhe.trade.pricing.choices import ListStatus
from yunhe.trade.pricing.errors import ListRefused, PriceOverlap
from yunhe.trade.pricing.models import Price
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    change_price_list,
    create_price_list,
    publish_price_list,
    set_prices,
    withdraw_price_list,
)

pytestmark = pytest.mark.django_db
D = Decimal


def entry(sku, price, unit="bottle", **more):
    return PriceEntry(sku_id=sku, unit=unit, price=D(price), **more)


def history(price_list):
    rows = Price.objects.filter(price_list=price_list).order_by("sku_id", "period")
    return [(row.price, row.period.lower, row.period.upper) for row in rows]


def test_a_change_from_a_day_on_keeps_the_days_before(skus, price_list):
    made = price_list("HQ", {skus["A"]: 10})
    set_prices(made, [entry(skus["A"], 11)], effective=date(2026, 12, 1), actor=SYSTEM, now=NOW)
    assert history(made) == [
        (D(10), date(2026, 1, 1), date(2026, 12, 1)),
        (D(11), date(2026, 12, 1), None),
    ]


def test_a_change_for_a_while_keeps_both_sides(skus, price_list):
    made = price_list("HQ", {skus["A"]: 10, skus["B"]: 20})
    set_prices(
        made,
        [entry(skus["A"], 8)],
        effective=date(2026, 12, 1),
        until=date(2026, 12, 8),
        actor=SYSTEM,
        now=NOW,
    )
    assert history(made) == [
        (D(10), date(2026, 1, 1), date(2026, 12, 1)),
        (D(8), date(2026, 12, 1), date(2026, 12, 8)),
        (D(10), date(2026, 12, 8), None),
        (D(20), date(2026, 1, 1), None),
    ]


def test_the_database_refuses_two_prices_for_one_day(skus, price_list):
    made = price_list("HQ", {skus["A"]: 10})
    with pytest.raises(IntegrityError, match="pricing_price_once"), transaction.atomic():
        Price.objects.create(
            price_list=made,
            sku_id=skus["A"],
            unit="bottle",
            min_quantity=1,
            price=9,
            period=(date(2026, 6, 1), date(2026, 6, 2)),
        )


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_prices_is_a_fixed_number_of_statements(skus, price_list, count):
    made = price_list("HQ", dict.fromkeys(skus.values(), 10))
    entries = [entry(sku, 12) for sku in list(skus.values())[:count]]
    with CaptureQueriesContext(connection) as queries:
        set_prices(made, entries, effective=date(2026, 12, 1), actor=SYSTEM, now=NOW)
    assert len(queries) == 6  # lock, units, clear, insert, affected partners, events


def test_what_cannot_be_set(skus, price_list):
    made = price_list("HQ", {skus["A"]: 10})

    def refused(error, *entries, effective=date(2026, 12, 1)):
        with pytest.raises(error) as found:
            set_prices(made, entries, effective=effective, actor=SYSTEM, now=NOW)
        return [row["row"] for row in found.value.rows]

    assert refused(ListRefused, entry(skus["A"], 1), entry(skus["A"], 1, "pallet")) == [2]
    assert refused(ListRefused, entry(skus["A"], -1), entry(0, 1)) == [1, 2]
    assert refused(PriceOverlap, entry(skus["A"], 1), entry(skus["A"], 2)) == [2]
    assert refused(ListRefused, entry(skus["A"], 1), effective=date(2026, 11, 21)) == []
    assert len(history(made)) == 1


def test_a_list_goes_from_draft_to_published_to_withdrawn(partners, skus, price_list):
    made = price_list("HQ", {skus["A"]: 10}, publish=False)
    with pytest.raises(Conflict):
        withdraw_price_list(made, actor=SYSTEM)
    assert publish_price_list(made, actor=SYSTEM).status == ListStatus.PUBLISHED
    with pytest.raises(Conflict):
        publish_price_list(made, actor=SYSTEM)
    assert withdraw_price_list(made, actor=SYSTEM).status == ListStatus.WITHDRAWN
    empty = create_price_list(
        partners["HQ"],
        code="empty",
        draft=ListDraft(name="empty", valid_from=date(2026, 1, 1)),
        actor=SYSTEM,
    )
    with pytest.raises(ListRefused):
        publish_price_list(empty, actor=SYSTEM)


def test_terms_of_a_published_list_are_fixed(skus, price_list):
    made = price_list("HQ", {skus["A"]: 10})
    ending = ListDraft(name="new name", valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1))
    changed = change_price_list(made, draft=ending, actor=SYSTEM)
    assert (changed.name, changed.period.upper) == ("new name", date(2027, 1, 1))
    with pytest.raises(ListRefused):
        change_price_list(
            made,
            draft=ListDraft(name="x", valid_from=date(2026, 1, 1), level="store"),
            actor=SYSTEM,
        )


@pytest.mark.parametrize("terms", [{"currency": "XXX"}, {"valid_to": date(2026, 1, 1)}])
def test_bad_terms_are_refused(partners, terms):
    draft = ListDraft(**{"name": "x", "valid_from": date(2026, 1, 1), **terms})
    with pytest.raises(ListRefused):
        create_price_list(partners["HQ"], code="x", draft=draft, actor=SYSTEM)


def test_dealers_set_no_prices(partners, skus, price_list, make_user):
    made = price_list("D1", {skus["A"]: 10})
    with scoped(make_user("dealer_owner", partners["D1"]).pk) as actor, pytest.raises(NotAllowed):
        set_prices(made, [entry(skus["A"], 1)], effective=date(2026, 12, 1), actor=actor, now=NOW)


def test_a_regional_person_prices_the_own_region(partners, skus, make_user):
    user = make_user("sales_ops", partners["R1"])
    draft = ListDraft(name="华东", valid_from=date(2026, 1, 1))
    with scoped(user.pk) as actor:
        made = create_price_list(partners["R1"], code="E", draft=draft, actor=actor)
        set_prices(made, [entry(skus["A"], 1)], effective=date(2026, 1, 1), actor=actor, now=NOW)
        assert publish_price_list(made, actor=actor).status == ListStatus.PUBLISHED
        with pytest.raises(NotAllowed):
            create_price_list(partners["HQ"], code="H", draft=draft, actor=actor)
