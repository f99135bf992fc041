"""Call-offs that come in a file are what they are on the page: prices, promotions, what they hold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.integration.trade.blankets.conftest import ACTOR
from tests.integration.trade.orders.conftest import ops
from tests.integration.trade.orders.test_promotions import NOW, buy_ten, promote, used

from yunhe.platform.access.models import Node
from yunhe.trade.blankets.services import LineDraft, call_off
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import lines_of, order_for
from yunhe.trade.promotions.models import BUDGET, USES

__all__ = ["ops", "promote"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def water_frame(shop, make_frame):
    """`water_frame(promotions=True)`: water in bottles at 1.50 (the list says 2.00)."""

    def make(**terms):
        line = LineDraft(sku=shop.water, unit="bottle", total=Decimal(90), price=Decimal("1.50"))
        return make_frame(lines=[line], starts=NOW.date(), **terms)

    return make


def in_a_file(shop, frame, *quantities):
    rows = [f"{at},water,{q},{frame.number}" for at, q in enumerate(quantities, start=1)]
    table = "\n".join(["订单号,产品,数量,框架订单", *rows])
    placed = place_file("a.csv", table.encode(), actor=ACTOR, now=NOW, node_id=shop.dealer)
    assert (len(placed.submitted), placed.faults) == (len(quantities), [])
    return [written(pk) for pk in placed.order_ids]


def written(order_id):
    order = order_for(order_id)
    return order.status, [(one.quantity, one.amount, one.discount) for one in lines_of(order)]


def test_each_call_off_of_a_file_gets_the_promotions_of_the_page(shop, water_frame, promote):
    frame = water_frame(promotions=True)
    one = buy_ten(shop, promote, budget=Decimal(30))
    promote(kind="percent", definition={"percent": "10"}, stacking="additive", name="Ten")
    # 15 × 1.50 = 22.50 less 10 %, one bottle free, worth 1.50 of the budget; five earn no bottle
    fifteen = ("submitted", [(15, Decimal("20.25"), Decimal("2.25")), (1, 0, 0)])
    five = ("submitted", [(5, Decimal("6.75"), Decimal("0.75"))])
    page = call_off(frame, [shop.line(shop.water, 15)], actor=ACTOR, now=NOW)
    assert written(page.order_id) == fifteen
    assert used(BUDGET, str(one.pk)) == (Decimal("1.50"), 0)
    assert in_a_file(shop, frame, 15, 5, 15) == [fifteen, five, fifteen]
    assert used(BUDGET, str(one.pk)) == (Decimal("4.50"), 0)


def test_a_frame_without_promotions_has_none_in_a_file_either(shop, water_frame, promote):
    one = buy_ten(shop, promote, budget=Decimal(30))
    [call] = in_a_file(shop, water_frame(promotions=False), 20)
    assert call == ("submitted", [(20, 30, 0)])
    assert used(BUDGET, str(one.pk)) == (0, 0)


def test_a_promotion_that_one_order_of_the_file_uses_up_is_not_given_to_the_next(
    shop, water_frame, promote
):
    frame = water_frame(promotions=True)
    one = buy_ten(shop, promote, partner_uses=1)
    first, second = in_a_file(shop, frame, 10, 20)
    assert first == ("submitted", [(10, 15, 0), (1, 0, 0)])
    assert second == ("submitted", [(20, 30, 0)])
    assert used(USES, f"{one.pk}:{shop.dealer}") == (1, 0)


def test_a_frame_that_the_partner_does_not_have_is_named_by_its_row(shop, water_frame):
    """The second order names another dealer's frame, the third none that exists."""
    own, theirs = water_frame(), water_frame(node=Node.objects.get(pk=shop.other))
    named = ((1, own.number), (2, theirs.number), (3, "BF9999999"))
    table = ["订单号,产品,数量,框架订单", *(f"{at},water,5,{number}" for at, number in named)]
    with pytest.raises(LinesRefused) as caught:
        place_file("a.csv", "\n".join(table).encode(), actor=ACTOR, now=NOW, node_id=shop.dealer)
    assert [row["row"] for row in caught.value.rows] == [3, 4]
    assert not Order.objects.exists()


@pytest.mark.parametrize("count", [1, 12])
def test_any_number_of_call_offs_and_frames_take_the_same_statements(
    shop, make_frame, count, django_assert_num_queries
):
    """Each of two dealers has a frame with a product, a group and limits of one call-off."""
    category = shop.water.product.category
    rows, at = [], 0
    for node in Node.objects.filter(pk__in=[shop.dealer, shop.other]).order_by("pk"):
        terms = [
            LineDraft(sku=shop.tea, unit="bottle", total=Decimal(90), call_minimum=Decimal(1)),
            LineDraft(category=category, unit="bottle", total=Decimal(90)),
        ]
        frame = make_frame(lines=terms, starts=NOW.date(), node=node, pricing="listed")
        for _call in range(count):
            at += 1
            rows += [f"{at},{node.code},{sku},2,{frame.number}" for sku in ("tea", "water")]
    table = "\n".join(["订单号,经销商,产品,数量,框架订单", *rows]).encode()
    with django_assert_num_queries(30):
        placed = place_file("a.csv", table, actor=ACTOR, now=NOW)
    assert (len(placed.submitted), placed.faults) == (2 * count, [])
