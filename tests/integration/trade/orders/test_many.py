"""Many orders in one call: each all or nothing, refusals on the file's rows, few statements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from yunhe.goods.stock.queries import available
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.capacity.models import Account
from yunhe.trade.orders import gates
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.services import NewOrder, place_orders

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_each_order_of_many_is_taken_whole_or_stays_a_draft(shop, act_as):
    orders = [
        NewOrder(node_id=shop.dealer, lines=[shop.line(shop.tea, 60)], rows=[2]),
        NewOrder(
            node_id=shop.other,
            lines=[shop.line(shop.water, 5), shop.line(shop.tea, 50)],
            rows=[3, 4],
        ),
        NewOrder(node_id=shop.other, lines=[shop.line(shop.tea, 40)], rows=[5]),
    ]
    with act_as("ops") as ops:
        result = place_orders(orders, actor=ops, now=NOW, submit=True)
    first, second, third = Order.objects.order_by("id")
    assert [first.status, second.status, third.status] == ["submitted", "draft", "submitted"]
    assert result.submitted == [first.pk, third.pk]
    assert [(fault["row"], fault["available"]) for fault in result.faults] == [(4, "40")]
    assert available(shop.hq, [shop.tea.pk, shop.water.pk]) == {shop.tea.pk: 0, shop.water.pk: 100}
    assert (credit_of(shop.dealer).reserved, credit_of(shop.other).reserved) == (210, 140)


def test_an_unpriced_or_unsold_line_refuses_the_file_by_its_rows(shop, act_as):
    shop.water.status = "blocked"
    shop.water.save()
    orders = [
        NewOrder(node_id=shop.dealer, lines=[shop.line(shop.tea, 1, "pallet")], rows=[7]),
        NewOrder(node_id=shop.other, lines=[shop.line(shop.water, 1)], rows=[9]),
    ]
    with act_as("ops") as ops, pytest.raises(LinesRefused) as refused:
        place_orders(orders, actor=ops, now=NOW)
    assert [row["row"] for row in refused.value.rows] == [7, 9]
    assert not Order.objects.exists()


def test_the_same_keys_again_are_no_new_orders(shop, act_as):
    orders = [NewOrder(node_id=shop.dealer, lines=[shop.line(shop.tea, 1)], key="f:1")]
    with act_as("ops") as ops:
        assert len(place_orders(orders, actor=ops, now=NOW, submit=True).order_ids) == 1
        again = place_orders(orders, actor=ops, now=NOW, submit=True)
    assert (again.order_ids, again.repeated) == ([], 1)
    assert Account.objects.get(kind="credit", key=str(shop.dealer)).reserved == Decimal("3.5")


@pytest.mark.parametrize("count", [1, 30])
def test_any_number_of_a_partners_orders_take_the_same_statements(
    shop, act_as, count, django_assert_num_queries, monkeypatch
):
    orders = [
        NewOrder(node_id=shop.dealer, lines=[shop.line(shop.tea, 1), shop.line(shop.water, 1)])
        for _ in range(count)
    ]
    own = {code: gate for code, gate in gates._gates.items() if code in ("sale", "terms")}
    monkeypatch.setattr(gates, "_gates", own)
    # prices 2, on sale 1, insert 1, read 1, reserve 1, state and steps 1, approvals 1, events 1,
    # what the partner may buy 1, promotions that hold 1; gates of higher rooms count for themselves
    with act_as("ops") as ops, django_assert_num_queries(11):
        place_orders(orders, actor=ops, now=NOW, submit=True)
    assert OrderLine.objects.count() == 2 * count
