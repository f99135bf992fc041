"""A dealer that serves an order of another partner is credited at its own price, once a shipment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.money.ledger.models import Entry
from yunhe.money.ledger.queries import balance_of
from yunhe.platform.access.session import scoped, set_role
from yunhe.platform.accounts.models import User
from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.events.models import Delivery
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import receive_order, ship_order
from yunhe.trade.pricing.models import Price, PriceList
from yunhe.trade.sourcing.models import Part, PartCredit, SourcingRule
from yunhe.trade.sourcing.queries import credits_of, list_parts
from yunhe.trade.sourcing.services import HandShare, accept_part, serve_part, source_order

D = Decimal
ALWAYS = DateRange(date(2020, 1, 1), None)


@pytest.fixture
def own_price(canal) -> Price:
    """The serving dealer itself buys tea at 3.335, the buyer at 3.50."""
    prices = PriceList.objects.create(
        code="D2",
        name="乙价",
        node_id=canal.other,
        currency="CNY",
        status="published",
        period=ALWAYS,
    )
    return Price.objects.create(
        price_list=prices,
        sku=canal.shop.tea,
        unit="bottle",
        min_quantity=1,
        price=D("3.335"),
        period=ALWAYS,
    )


@pytest.fixture
def part(canal, own_price) -> Part:
    """15 tea that the dealer accepted to serve for a service fee of 3 %."""
    return accepted(canal, "3")


def accepted(canal, percent: str) -> Part:
    SourcingRule.objects.update(fee_percent=D(percent))
    order = canal.order(tea=15, confirm=True)
    shares = [HandShare(row=1, node_id=canal.other, units=D(15))]
    [part] = source_order(order, shares=shares, actor=ACTOR, now=timezone.now())
    with scoped(canal.shop.people["other"]) as principal:
        return accept_part(Part.objects.get(pk=part.pk), actor=principal, now=timezone.now())


def ship(part: Part, quantity: int | None = None) -> None:
    order = Order.objects.get(pk=part.pk)
    wanted = None if quantity is None else {order.lines.get().pk: D(quantity)}
    ship_order(order, quantities=wanted, actor=ACTOR, now=timezone.now())
    dispatch_all()


def booked(node_id: int) -> list[tuple[str, str, Decimal]]:
    rows = Entry.objects.filter(node_id=node_id).order_by("pk")
    return [(row.number, row.kind, row.amount) for row in rows]


def figures() -> list[tuple[int, Decimal, Decimal]]:
    return [(row.shipment, row.goods, row.fee) for row in PartCredit.objects.order_by("pk")]


def test_goods_at_the_own_price_and_the_fee_are_one_credit_note(canal, part):
    """15 × 3.335 = 50.025 is 50.03; 3 % of it are 1.5009: 1.50. The buyer pays its 52.50 as ever."""
    with scoped(canal.shop.people["other"]) as principal:
        serve_part(part, actor=principal, now=timezone.now())
    dispatch_all()
    number = part.order.number
    assert figures() == [(1, D("50.03"), D("1.50"))]
    assert booked(canal.other) == [(f"{number}-1-S", "credit_note", D("-51.53"))]
    assert booked(canal.dealer) == [(f"{number}-1", "invoice", D("52.50"))]
    entry = Entry.objects.get(node_id=canal.other)
    assert entry.text == (
        f"以自有库存为甲经销商代发：订单 {number} 第 1 次发货，货款 ¥50.03，服务费 ¥1.50。"
    )
    assert sorted(entry.lines.values_list("account", "amount")) == [
        ("receivable", D("-51.53")),
        ("revenue", D("51.53")),
    ]
    credit = PartCredit.objects.get()
    assert credit.lines == [
        {"row": 1, "sku_id": canal.shop.tea.pk, "quantity": "15", "amount": "50.03"}
    ]
    trail = AuditEntry.objects.get(table_name="sourcing_partcredit")
    assert (trail.row_id, trail.action, trail.node_id) == (str(credit.pk), "insert", canal.other)


def test_shipments_are_credited_one_by_one_and_sum_to_the_cent(canal, part):
    ship(part, 7)
    ship(part, 8)
    assert figures() == [(1, D("23.35"), D("0.70")), (2, D("26.68"), D("0.80"))]
    assert balance_of(canal.other) == D("-51.53")


def test_an_event_heard_twice_credits_once(canal, part):
    ship(part, 7)
    for _again in range(2):
        heard = Delivery.objects.filter(handler="yunhe.trade.sourcing.jobs.credit_server")
        assert heard.update(state="pending") == 1
        assert dispatch_all(now=timezone.now() + timedelta(hours=1)) == 1
    assert figures() == [(1, D("23.35"), D("0.70"))]
    assert balance_of(canal.other) == D("-24.05")


def test_without_a_fee_the_goods_alone(canal, own_price):
    ship(accepted(canal, "0"))
    assert figures() == [(1, D("50.03"), D("0.00"))]


def test_a_part_keeps_the_fee_it_was_offered_with(canal, part):
    SourcingRule.objects.update(fee_percent=D(50))
    ship(part)
    assert figures() == [(1, D("50.03"), D("1.50"))]


def test_what_the_buyer_got_free_is_credited_all_the_same(canal, part):
    part.order.lines.update(amount=0)
    ship(part)
    assert figures() == [(1, D("50.03"), D("1.50"))]


def test_what_did_not_arrive_is_taken_back(canal, part):
    """12 of 15 arrived: 40.02 and 1.20 stay, 10.01 and 0.30 are charged again."""
    ship(part)
    order = Order.objects.get(pk=part.pk)
    line = order.lines.get()
    receive_order(order, received={line.pk: D(12)}, actor=ACTOR, now=timezone.now())
    dispatch_all()
    assert figures() == [(1, D("50.03"), D("1.50")), (0, D("-10.01"), D("-0.30"))]
    number = part.order.number
    assert booked(canal.other) == [
        (f"{number}-1-S", "credit_note", D("-51.53")),
        (f"{number}-SM", "adjustment", D("10.31")),
    ]
    assert balance_of(canal.other) == D("-41.22")
    Delivery.objects.filter(handler="yunhe.trade.sourcing.jobs.charge_missing").update(
        state="pending"
    )
    dispatch_all(now=timezone.now() + timedelta(hours=1))
    assert balance_of(canal.other) == D("-41.22")


def test_all_that_arrived_takes_nothing_back(canal, part):
    ship(part)
    receive_order(Order.objects.get(pk=part.pk), actor=ACTOR, now=timezone.now())
    dispatch_all()
    assert len(figures()) == 1
    assert not Delivery.objects.filter(handler__endswith="charge_missing").exists()


def test_a_warehouse_is_not_credited(canal, own_price):
    order = canal.order(tea=10, confirm=True)
    shares = [HandShare(row=1, node_id=canal.hq, units=D(10))]
    [part] = source_order(order, shares=shares, actor=ACTOR, now=timezone.now())
    ship(part)
    whole = canal.order(tea=2, confirm=True)
    ship_order(whole, actor=ACTOR, now=timezone.now())
    dispatch_all()
    assert figures() == []


def test_goods_without_a_price_wait_until_they_have_one(canal, part, own_price):
    Price.objects.all().delete()
    ship(part)
    [waiting] = Delivery.objects.filter(handler__endswith="credit_server")
    day = timezone.localdate().isoformat()
    assert waiting.state == "pending"
    assert f"乙经销商 代发的商品在 {day} 没有进货价：商品tea。" in waiting.error
    assert figures() == []
    own_price.pk = None
    own_price.save()
    dispatch_all(now=timezone.now() + timedelta(hours=1))
    assert figures() == [(1, D("50.03"), D("1.50"))]


def test_the_account_is_the_serving_dealers_alone(canal, part):
    ship(part)
    for person, seen in (("other", 1), ("ops", 1), ("dealer", 0)):
        with scoped(canal.shop.people[person]):
            assert credits_of(part.pk).count() == seen
            credited = D("51.53") if seen else None
            assert list_parts().get(pk=part.pk).credited == credited


def test_a_fee_beyond_a_hundred_percent_is_refused_by_the_database(canal, part):
    for rows in (SourcingRule.objects.all(), Part.objects.all()):
        for percent in ("100.01", "-0.01"):
            with pytest.raises(IntegrityError, match="_fee"), transaction.atomic():
                rows.update(fee_percent=D(percent))


@pytest.fixture
def sign_in(canal):
    def enter(person: str) -> Client:
        set_role("none")
        client = Client()
        client.cookies["django_language"] = "en"
        client.force_login(User.objects.get(pk=canal.shop.people[person]))
        return client

    return enter


def test_it_is_read_on_the_order_the_phone_the_statement_and_over_the_api(canal, part, sign_in):
    ship(part)
    number = part.order.number
    told = (
        f"Served from own stock for D1 EN: order {number}, shipment 1, goods ¥50.03,"
        " service fee ¥1.50."
    )
    page = sign_in("ops").get(f"/orders/{part.pk}/").content.decode()
    assert told in page
    assert "¥51.53" in page
    other = sign_in("other")
    page = other.get(f"/portal/sourcing/{part.pk}/").content.decode()
    assert told in page
    assert "¥51.53" in page
    set_role("none")
    statement = other.get("/portal/ledger/statement/").content.decode()
    assert f"{number}-1-S" in statement
    assert told in statement
    set_role("none")
    [told_part] = other.get("/api/v1/sourcing/parts").json()["items"]
    assert (told_part["fee_percent"], told_part["credited"]) == ("3.00", "51.5300")
    set_role("none")
    [credit] = other.get(f"/api/v1/sourcing/parts/{part.pk}/credits").json()
    assert {name: credit[name] for name in ("number", "goods", "fee", "amount", "text")} == {
        "number": f"{number}-1-S",
        "goods": "50.0300",
        "fee": "1.5000",
        "amount": "51.5300",
        "text": told,
    }
    buyer = sign_in("dealer")
    page = buyer.get(f"/portal/orders/{part.pk}/").content.decode()
    assert "51.53" not in page
    set_role("none")
    assert buyer.get(f"/api/v1/sourcing/parts/{part.pk}/credits").json() == []


def test_the_fee_of_a_rule_is_kept_on_its_form(canal, sign_in):
    rule = SourcingRule.objects.get()
    fields = {"code": "NEAR", "name": "就近", "kind": "nearest", "answer_hours": 24}
    weights = dict.fromkeys(("distance", "stock", "rank", "parcel"), 0)
    client = sign_in("ops")
    for percent, status in (("100.5", 422), ("2.5", 302)):
        set_role("none")
        answer = client.post(
            f"/sourcing/rules/{rule.pk}/", {**fields, **weights, "fee_percent": percent}
        )
        assert answer.status_code == status
    set_role("none")
    rule.refresh_from_db()
    assert rule.fee_percent == D("2.50")
