"""A dealer keeps its own prices for its stores: who they hold for, their bounds, who sees them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from yunhe.goods.stock.services import open_place
from yunhe.platform.access.session import scoped, set_role
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.models import OutboxEvent
from yunhe.trade.pricing.errors import ChangeRefused, ListRefused
from yunhe.trade.pricing.filing import set_prices_from_file
from yunhe.trade.pricing.models import Price, PriceList
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.pricing.services import (
    ChangeDraft,
    FloorDraft,
    ListDraft,
    PriceEntry,
    create_own_list,
    create_price_change,
    publish_price_list,
    set_floors,
    set_prices,
)

from .conftest import NOW, SYSTEM

pytestmark = pytest.mark.django_db
D = Decimal
DAY, START = date(2026, 11, 22), date(2026, 1, 1)


@pytest.fixture
def market(partners, skus, price_list):
    """The manufacturer sells A to stores at 10; D1 and D2 take the orders of S1 and S2."""
    price_list("HQ", {skus["A"]: 10, skus["B"]: 20})
    price_list("HQ", {skus["A"]: 8}, level="dealer")
    for code in ("D1", "D2"):
        open_place(partners[code], resells=True, actor=SYSTEM)
    return partners


@pytest.fixture
def people(market, make_user):
    return {
        "dealer": make_user("dealer_owner", market["D1"]),
        "other": make_user("dealer_owner", market["D2"]),
        "store": make_user("store", market["S1"]),
        "ops": make_user("sales_ops", market["HQ"]),
    }


def own(node, prices, *, publish=True, actor=SYSTEM, **terms):
    draft = ListDraft(name="own prices", valid_from=START, **terms)
    made = create_own_list(node, draft=draft, actor=actor)
    entries = [
        PriceEntry(sku_id=sku, unit="bottle", price=D(price)) for sku, price in prices.items()
    ]
    set_prices(made, entries, effective=START, actor=actor, now=NOW)
    return publish_price_list(made, actor=actor) if publish else made


def line(node, sku, unit="bottle", on=DAY):
    [found] = price_lines(node_id=node.pk, lines=[AskedLine(sku, unit, D(1))], on=on, require=False)
    return found


def test_the_sellers_list_prices_its_stores_alone_and_before_any_other(market, skus, price_list):
    a, b = skus["A"], skus["B"]
    own(market["D1"], {a: 9})
    price_list("S1", {a: 7}, code="the manufacturer's for this store")
    assert line(market["S1"], a).unit_price == 9
    assert line(market["S1"], b).unit_price == 20  # not on the dealer's list
    assert line(market["S2"], a).unit_price == 10
    assert line(market["D1"], a).unit_price == 8


def test_a_dealer_that_takes_no_orders_does_not_price(market, skus):
    open_place(market["D1"], actor=SYSTEM)
    own(market["D1"], {skus["A"]: 9})
    assert line(market["S1"], skus["A"]).unit_price == 10


def test_conditions_and_days_hold_as_for_every_list(market, skus):
    own(market["D1"], {skus["A"]: 9}, tier="core")  # S1 is of tier growth
    assert line(market["S1"], skus["A"]).unit_price == 10
    later = own(market["D1"], {skus["A"]: D("9.5")})
    today = timezone.localdate(NOW)
    entry = PriceEntry(sku_id=skus["A"], unit="bottle", price=D("9.8"))
    next_week = today + timedelta(days=7)
    set_prices(later, [entry], effective=next_week, actor=SYSTEM, now=NOW)
    assert line(market["S1"], skus["A"], on=today).unit_price == D("9.5")
    assert line(market["S1"], skus["A"], on=next_week).unit_price == D("9.8")


def test_why_says_whose_list_and_that_the_floor_counts(market, skus):
    own(market["D1"], {skus["A"]: 6})
    floor = FloorDraft(sku_id=skus["A"], price=D("6.5"))
    set_floors(market["HQ"], [floor], starts=START, stage="resale", actor=SYSTEM)
    with translation.override("en"):
        found = line(market["S1"], skus["A"], "case")
        said = found.why
    assert (found.unit_price, found.amount) == (78, 78)
    assert f"price list of {market['D1'].name}" in said
    assert "lowest price of 6.5" in said
    nearer = FloorDraft(sku_id=skus["A"], price=D("5"))
    set_floors(market["R1"], [nearer], starts=START, stage="resale", actor=SYSTEM)
    assert line(market["S1"], skus["A"]).unit_price == 6  # the nearest unit's floor counts


def test_floors_for_consumers_do_not_bind_what_dealers_ask_of_stores(market, skus):
    floor = FloorDraft(sku_id=skus["A"], price=D(15))
    set_floors(market["HQ"], [floor], starts=START, actor=SYSTEM)
    own(market["D1"], {skus["A"]: 9})
    assert line(market["S1"], skus["A"]).unit_price == 9


def test_prices_below_the_floor_are_refused_beside_their_rows(market, skus):
    floor = FloorDraft(sku_id=skus["A"], price=D(7))
    set_floors(market["HQ"], [floor], starts=START, stage="resale", actor=SYSTEM)
    made = own(market["D1"], {skus["B"]: 1}, publish=False)
    text = "商品,单位,价格\nB,bottle,18\nA,case,83.99\nA,bottle,7\n".encode()
    with pytest.raises(ListRefused) as refused:
        set_prices_from_file(made, "p.csv", text, effective=DAY, actor=SYSTEM, now=NOW)
    assert [row["row"] for row in refused.value.rows] == [3]
    assert Price.objects.filter(price_list=made).count() == 1
    good = text.replace(b"83.99", b"84")
    assert set_prices_from_file(made, "p.csv", good, effective=DAY, actor=SYSTEM, now=NOW) == 3


def test_rows_of_a_file_that_cannot_be_read_are_named(market):
    made = create_own_list(market["D1"], draft=ListDraft(name="n", valid_from=START), actor=SYSTEM)
    text = b"product,unit,price\nA,bottle,1\nX,bottle,1\nA,barrel,1\nB,bottle,much\n"
    with pytest.raises(ListRefused) as refused:
        set_prices_from_file(made, "p.csv", text, effective=DAY, actor=SYSTEM, now=NOW)
    assert [row["row"] for row in refused.value.rows] == [3, 4, 5]


@pytest.mark.parametrize("price", ["1E+40", "10000000000", "1E+999999", "9.00005"])
def test_a_number_that_the_columns_cannot_hold_is_named_and_nothing_is_written(market, price):
    made = create_own_list(market["D1"], draft=ListDraft(name="n", valid_from=START), actor=SYSTEM)
    text = f"product,unit,price\nA,bottle,1\nB,bottle,{price}\n".encode()
    with pytest.raises(ListRefused) as refused:
        set_prices_from_file(made, "p.csv", text, effective=DAY, actor=SYSTEM, now=NOW)
    assert [row["row"] for row in refused.value.rows] == [3]
    assert not made.prices.exists()


def test_its_people_keep_it_and_nobody_else(market, skus, people):
    with scoped(people["dealer"].pk) as dealer:
        made = own(market["D1"], {skus["A"]: 9}, actor=dealer)
        with pytest.raises(NotAllowed):
            create_own_list(market["S1"], draft=ListDraft(name="x", valid_from=START), actor=dealer)
    entry = [PriceEntry(sku_id=skus["A"], unit="bottle", price=D(1))]
    for person in ("other", "store", "ops"):
        with scoped(people[person].pk) as principal, pytest.raises(NotAllowed):
            set_prices(made, entry, effective=DAY, actor=principal, now=NOW)
    asked = ChangeDraft(title="t", effective=DAY, entries=entry)
    with scoped(people["ops"].pk) as ops, pytest.raises(ChangeRefused):
        create_price_change(made, draft=asked, actor=ops, now=NOW)


def test_its_stores_see_it_once_published_others_never(market, skus, people):
    draft = own(market["D1"], {skus["A"]: 9}, publish=False)
    seen = {}
    for published in (False, True):
        if published:
            publish_price_list(draft, actor=SYSTEM)
        for person, user in people.items():
            with scoped(user.pk):
                known = PriceList.objects.filter(pk=draft.pk).exists()
                rows = Price.objects.filter(price_list=draft.pk).exists()
                seen[person, published] = known and rows
    assert seen == {
        ("dealer", False): True,
        ("other", False): False,
        ("store", False): False,
        ("ops", False): True,
        ("dealer", True): True,
        ("other", True): False,
        ("store", True): True,
        ("ops", True): True,
    }
    with scoped(people["store"].pk):
        found = line(market["S1"], skus["A"])
    assert (found.unit_price, found.resolution.taken.keeper) == (9, market["D1"].name)


def test_only_its_stores_are_told_of_new_prices(market, skus):
    made = own(market["D1"], {skus["A"]: 9})
    OutboxEvent.objects.all().delete()
    entry = [PriceEntry(sku_id=skus["A"], unit="bottle", price=D("9.1"))]
    set_prices(made, entry, effective=timezone.localdate(NOW), actor=SYSTEM, now=NOW)
    told = OutboxEvent.objects.filter(type="yunhe.pricing.partner_prices.changed.v1")
    assert [event.data["partner_id"] for event in told] == [market["S1"].pk]


def test_still_two_statements_with_a_sellers_list(market, skus):
    own(market["D1"], {skus["A"]: 9})
    asked = [AskedLine(skus[code], "bottle", D(1)) for code in ("A", "B")]
    with CaptureQueriesContext(connection) as queries:
        price_lines(node_id=market["S1"].pk, lines=asked, on=DAY)
    assert len(queries) == 2


def go(user, url, data=None):
    set_role("none")
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    set_role("none")
    answer = client.get(url) if data is None else client.post(url, data)
    set_role("none")
    return answer


def test_the_portals_pages_from_a_new_list_to_the_stores_price(market, skus, people):
    dealer, today = people["dealer"], timezone.localdate()
    terms = {
        "name": "Autumn",
        "valid_from": today,
        "last_day": "",
        "level": "",
        "tier": "",
        "note": "",
    }
    assert go(dealer, reverse("pricing_portal:new_own_list"), terms).status_code == 302
    made = PriceList.objects.get(by_partner=True)
    assert (made.node_id, made.status) == (market["D1"].pk, "draft")
    page = reverse("pricing_portal:own_list", args=[made.pk])
    file = SimpleUploadedFile("p.csv", b"product,price\nA,9.2\n")
    prices = reverse("pricing_portal:set_own_prices", args=[made.pk])
    asked = {"effective": today, "last_day": "", "rows": ""}
    assert go(dealer, prices, asked).status_code == 422
    assert go(dealer, prices, asked | {"file": file}).status_code == 302
    publish = reverse("pricing_portal:publish_own_list", args=[made.pk])
    assert go(dealer, publish, {}).status_code == 302
    assert "9.20" in go(dealer, page).content.decode()
    assert "Autumn" in go(dealer, reverse("pricing_portal:own_lists")).content.decode()
    assert "9.20" in go(people["store"], reverse("pricing_portal:list")).content.decode()
    assert go(people["other"], page).status_code == 404
    assert go(people["store"], page).status_code in (403, 404)
