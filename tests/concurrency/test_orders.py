"""Two dealers and the last case; a hundred orders on twenty hot products; a double click."""

from __future__ import annotations

import random
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
from yunhe.trade.orders.errors import IllegalMove, StockShort
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, cancel_order, create_order

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
