"""Two dealers and the last case; a hundred orders on twenty hot products; a double click."""

from __future__ import annotations

import random
import threading
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.integration.trade.orders.conftest import ACTOR, make_prices, make_sku

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.queries import SUPPLY, available
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.money.ledger.queries import credit_of
from yunhe.money.ledger.services import set_credit_limit
from yunhe.platform.access.models import Node
from yunhe.platform.capacity.models import Account, Hold
from yunhe.trade.catalog.models import Brand, Category, Product
from yunhe.trade.orders.errors import CreditShort, IllegalMove, StockShort
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.services import (
    NewLine,
    NewOrder,
    amend_order,
    cancel_order,
    create_order,
    place_orders,
    placing,
    reopen_order,
    submit_order,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def market(transactional_db):
    """Ten dealers below a supply place with twenty products, 100 of each."""
    hq = Node.objects.create(code="HQ", name="总部", kind="organisation")
    dealers = []
    for number in range(10):
        node = Node.objects.create(code=f"D{number}", name="经销商", kind="partner", parent=hq)
        Partner.objects.create(node=node, level="dealer", tier="growth")
        set_credit_limit(
            node_id=node.pk, amount=Decimal(10**6), reason="", actor=ACTOR, now=timezone.now()
        )
        dealers.append(node.pk)
    product = Product.objects.create(
        code="P",
        name="品",
        brand=Brand.objects.create(code="B", name="牌"),
        category=Category.objects.create(code="C", name="类"),
    )
    skus = [make_sku(f"K{number}", product) for number in range(20)]
    make_prices(hq, dict.fromkeys(skus, "2"))
    open_place(hq, supplies=True, actor=ACTOR)
    goods = [GoodsLine(sku_id=sku.pk, quantity=Decimal(100)) for sku in skus]
    receive_goods(
        hq.pk, goods, ref="start", on=timezone.localdate(), actor=ACTOR, now=timezone.now()
    )
    return hq.pk, dealers, [sku.pk for sku in skus]


def order(dealer: int, lines: dict[int, int], **more) -> str:
    try:
        with transaction.atomic():
            create_order(
                node_id=dealer,
                lines=[
                    NewLine(sku, "bottle", Decimal(quantity)) for sku, quantity in lines.items()
                ],
                actor=ACTOR,
                now=timezone.now(),
                confirm=True,
                **more,
            )
    except StockShort:
        return "refused"
    return "taken"


def test_counting_before_writing_gives_the_last_case_to_both(market, monkeypatch):
    """The race that the capacity account ends: both count, then both write."""
    _hq, dealers, skus = market
    monkeypatch.setattr(placing, "hold_offer", lambda _ref, _asking: None)
    assert order(dealers[0], {skus[0]: 99}) == "taken"
    both_counted = threading.Barrier(2)

    def count_then_write(number: int) -> str:
        with transaction.atomic():
            lines = OrderLine.objects.filter(sku_id=skus[0])
            ordered = sum(line.base_quantity for line in lines)
            both_counted.wait(60)
            return "refused" if ordered + 1 > 100 else order(dealers[number], {skus[0]: 1})

    assert in_threads(2, count_then_write, workers=2) == {"taken": 2}
    assert sum(line.base_quantity for line in OrderLine.objects.all()) == 101


def test_two_dealers_want_the_last_case_and_one_gets_it(market):
    _hq, dealers, skus = market
    assert order(dealers[0], {skus[0]: 99}) == "taken"
    assert in_threads(2, lambda n: order(dealers[n], {skus[0]: 1}), workers=2) == {
        "taken": 1,
        "refused": 1,
    }


def test_a_hundred_orders_on_twenty_hot_products_neither_oversell_nor_deadlock(market):
    hq, dealers, skus = market

    def place(number: int) -> str:
        chance = random.Random(number)
        lines = {sku: chance.randint(1, 15) for sku in chance.sample(skus, 10)}
        return order(dealers[number % 10], lines)

    results = in_threads(100, place, workers=16)
    assert set(results) == {"taken", "refused"}
    left = available(hq, skus)
    for sku in skus:
        ordered = sum(
            line.base_quantity
            for o in Order.objects.all()
            for line in o.lines.all()
            if line.sku_id == sku
        )
        assert left[sku] == 100 - ordered >= 0
    assert sum(credit_of(dealer).reserved for dealer in dealers) == sum(
        o.total for o in Order.objects.all()
    )


def test_cancelling_everything_at_once_gives_back_exactly_what_was_taken(market):
    hq, dealers, skus = market
    for number in range(10):
        order(dealers[number], dict.fromkeys(skus[: 5 + number], 1 + number % 3))
    orders = list(Order.objects.all())

    def cancel(number: int) -> str:
        try:
            with transaction.atomic():
                cancel_order(orders[number % 10], reason="", actor=ACTOR, now=timezone.now())
        except IllegalMove:
            return "already"
        return "cancelled"

    assert in_threads(20, cancel, workers=8) == {"cancelled": 10, "already": 10}
    assert set(available(hq, skus).values()) == {Decimal(100)}
    assert not Account.objects.exclude(reserved=0).exists()
    assert not Hold.objects.filter(account__kind=SUPPLY).exclude(reserved=0).exists()


def test_a_double_click_is_one_order(market):
    _hq, dealers, skus = market
    assert in_threads(6, lambda _n: order(dealers[0], {skus[0]: 5}, key="tap"), workers=6) == {
        "taken": 6
    }
    assert Order.objects.count() == 1
    assert credit_of(dealers[0]).reserved == 10


def test_amending_reopening_and_placing_at_once_never_oversell_nor_deadlock(market):
    """Fifty placed orders are amended and reopened by many hands while fifty more are placed."""
    hq, dealers, skus = market
    for number in range(50):
        chance = random.Random(number)
        order(dealers[number % 10], dict.fromkeys(chance.sample(skus, 5), 1))
    ids = list(Order.objects.values_list("pk", flat=True))

    def work(number: int) -> str:
        chance = random.Random(1000 + number)
        if number % 2:
            return order(
                dealers[number % 10], {s: chance.randint(1, 9) for s in chance.sample(skus, 8)}
            )
        chosen = Order.objects.get(pk=chance.choice(ids))
        try:
            with transaction.atomic():
                if chance.random() < 0.3:
                    reopen_order(chosen, actor=ACTOR, now=timezone.now())
                    return "reopened"
                more = [
                    NewLine(s, "bottle", Decimal(chance.randint(1, 9)))
                    for s in chance.sample(skus, 3)
                ]
                amend_order(chosen, quantities={}, more=more, actor=ACTOR, now=timezone.now())
        except (StockShort, IllegalMove) as error:
            return type(error).__name__
        return "amended"

    results = in_threads(100, work, workers=12)
    assert set(results) <= {"taken", "refused", "amended", "reopened", "StockShort", "IllegalMove"}
    assert results["amended"] > 0
    left = available(hq, skus)
    holding = Order.objects.filter(status="confirmed").prefetch_related("lines")
    for sku in skus:
        ordered = sum(
            line.base_quantity for o in holding for line in o.lines.all() if line.sku_id == sku
        )
        assert left[sku] == 100 - ordered >= 0
    for dealer in dealers:
        worth = sum(o.total for o in holding if o.node_id == dealer)
        assert credit_of(dealer).reserved == worth


def test_reopening_and_copying_cannot_bypass_the_credit(market):
    """Credit for one order: of one reopened and five copies submitted at once, one passes."""
    _hq, dealers, skus = market
    dealer = dealers[0]
    set_credit_limit(node_id=dealer, amount=Decimal(20), reason="", actor=ACTOR, now=timezone.now())
    assert order(dealer, {skus[0]: 10}) == "taken"
    [first] = Order.objects.all()
    with transaction.atomic():
        reopen_order(first, actor=ACTOR, now=timezone.now())
        copies = [
            create_order(
                node_id=dealer,
                lines=[NewLine(skus[0], "bottle", Decimal(10))],
                actor=ACTOR,
                now=timezone.now(),
            ).order_id
            for _ in range(5)
        ]
    drafts = list(Order.objects.filter(pk__in=[first.pk, *copies]))

    def submit(number: int) -> str:
        try:
            with transaction.atomic():
                submit_order(drafts[number], actor=ACTOR, now=timezone.now())
        except CreditShort:
            return "short"
        return "submitted"

    assert in_threads(6, submit, workers=6) == {"submitted": 1, "short": 5}
    assert credit_of(dealer).reserved == 20


def test_files_of_many_orders_and_single_orders_share_hot_products(market):
    """Ten files of ten orders each against fifty single orders: sums agree, nobody deadlocks."""
    hq, dealers, skus = market

    def work(number: int) -> str:
        chance = random.Random(number)
        if number % 6:
            return order(
                dealers[number % 10], {s: chance.randint(1, 5) for s in chance.sample(skus, 8)}
            )
        orders = [
            NewOrder(
                node_id=chance.choice(dealers),
                lines=[
                    NewLine(s, "bottle", Decimal(chance.randint(1, 4)))
                    for s in chance.sample(skus, 6)
                ],
            )
            for _ in range(10)
        ]
        with transaction.atomic():
            place_orders(orders, actor=ACTOR, now=timezone.now(), submit=True)
        return "file"

    results = in_threads(60, work, workers=10)
    assert set(results) <= {"taken", "refused", "file"}
    assert results["file"] == 10
    left = available(hq, skus)
    holding = Order.objects.exclude(status="draft").prefetch_related("lines")
    for sku in skus:
        ordered = sum(
            line.base_quantity for o in holding for line in o.lines.all() if line.sku_id == sku
        )
        assert left[sku] == 100 - ordered >= 0
