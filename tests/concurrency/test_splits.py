"""Two splits want the last case of one warehouse; parts move at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market  # noqa: F401  # fixture
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.goods.stock.queries import SUPPLY, available, supply_key
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.platform.access.models import Node
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.capacity.models import Hold
from yunhe.trade.orders.errors import StockShort
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, NewPart, create_order, ship_order, split_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch(market):  # noqa: F811
    """(headquarters, a branch warehouse with one unit of the first product, dealers, SKUs)."""
    hq, dealers, skus = market
    node = Node.objects.create(code="WH", name="分仓", kind="organisation", parent_id=hq)
    open_place(node, supplies=True, actor=ACTOR)
    one = [GoodsLine(sku_id=skus[0], quantity=Decimal(1))]
    receive_goods(node.pk, one, ref="wh", on=timezone.localdate(), actor=ACTOR, now=timezone.now())
    return hq, node.pk, dealers, skus


def orders(dealers: list[int], sku: int, count: int) -> list[int]:
    with transaction.atomic():
        return [
            create_order(
                node_id=dealers[at],
                lines=[NewLine(sku, "bottle", Decimal(2))],
                actor=ACTOR,
                now=timezone.now(),
                confirm=True,
            ).order_id
            for at in range(count)
        ]


def split(order_id: int, places: tuple[int, int]) -> str:
    try:
        with transaction.atomic():
            split_order(
                Order.objects.get(pk=order_id),
                [NewPart(supplier_id=place, quantities={1: Decimal(1)}) for place in places],
                actor=ACTOR,
                now=timezone.now(),
            )
    except StockShort:
        return "refused"
    return "taken"


def test_two_splits_want_the_last_unit_of_a_warehouse_and_one_gets_it(branch):
    hq, warehouse, dealers, skus = branch
    wanted = orders(dealers, skus[0], 2)
    assert in_threads(2, lambda n: split(wanted[n], (warehouse, hq)), workers=2) == {
        "taken": 1,
        "refused": 1,
    }
    assert available(warehouse, [skus[0]]) == {skus[0]: 0}
    # two ordered two each: three are held at headquarters, one at the branch
    assert available(hq, [skus[0]]) == {skus[0]: 97}
    whole = Order.objects.filter(parent=None).values_list("status", flat=True)
    assert sorted(whole) == ["confirmed", "split"]


def test_giving_back_before_taking_would_let_another_take_it(branch):
    """The race without `hand_over`: what is given back first is gone before it is taken again."""
    hq, _warehouse, dealers, skus = branch
    [first] = orders(dealers, skus[0], 1)
    key = supply_key(hq, skus[0])
    capacity.set_limits(SUPPLY, {key: Decimal(2)}, node_id=hq)
    with transaction.atomic():
        capacity.release(SUPPLY, f"order:{first}")
    with transaction.atomic():
        capacity.reserve(SUPPLY, {key: Decimal(1)}, ref="order:another")
    with pytest.raises(CapacityExceeded), transaction.atomic():
        capacity.reserve(SUPPLY, {key: Decimal(2)}, ref=f"order:{first}")


def test_splits_in_opposite_directions_do_not_deadlock(branch):
    hq, warehouse, dealers, skus = branch
    more = [GoodsLine(sku_id=sku, quantity=Decimal(50)) for sku in skus]
    receive_goods(
        warehouse, more, ref="more", on=timezone.localdate(), actor=ACTOR, now=timezone.now()
    )
    wanted = orders(dealers, skus[1], 10)

    def move(number: int) -> str:
        places = (warehouse, hq) if number % 2 else (hq, warehouse)
        return split(wanted[number], places)

    assert in_threads(10, move, workers=8) == {"taken": 10}
    assert available(hq, [skus[1]]) == {skus[1]: 90}
    assert available(warehouse, [skus[1]]) == {skus[1]: 40}


def test_the_whole_follows_parts_that_move_at_the_same_time(branch):
    hq, warehouse, dealers, skus = branch
    more = [GoodsLine(sku_id=skus[1], quantity=Decimal(50))]
    receive_goods(
        warehouse, more, ref="more", on=timezone.localdate(), actor=ACTOR, now=timezone.now()
    )
    [order_id] = orders(dealers, skus[1], 1)
    split(order_id, (warehouse, hq))
    parts = list(Order.objects.filter(parent=order_id).values_list("pk", flat=True))

    def ship(number: int) -> str:
        with transaction.atomic():
            ship_order(Order.objects.get(pk=parts[number]), actor=ACTOR, now=timezone.now())
        return "shipped"

    assert in_threads(2, ship, workers=2) == {"shipped": 2}
    assert Order.objects.get(pk=order_id).follows == "shipped"
    assert not Hold.objects.filter(ref=f"order:{order_id}", reserved__gt=0).exists()
