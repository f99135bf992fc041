"""From the cart to the receipt: prices, credit, stock and books agree at every step."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from yunhe.goods.stock.models import StockBalance, StockPlace
from yunhe.goods.stock.queries import available, differences
from yunhe.goods.stock.services import GoodsLine, receive_goods
from yunhe.money.ledger.queries import balance_of, credit_of
from yunhe.money.ledger.services import set_credit_limit
from yunhe.platform.capacity.models import Account, Hold
from yunhe.platform.errors import Conflict, NotAllowed, NotFound
from yunhe.platform.events.models import OutboxEvent
from yunhe.trade.orders.errors import (
    CreditShort,
    IllegalMove,
    LinesRefused,
    NoSupplier,
    StockShort,
)
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import lines_of, order_for, steps_of, why_price
from yunhe.trade.orders.services import (
    Details,
    cancel_order,
    change_draft,
    close_order,
    confirm_order,
    confirm_orders,
    create_order,
    credit_missing,
    receive_order,
    ship_order,
    submit_order,
)
from yunhe.trade.pricing.errors import PriceHidden

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def place(shop, principal, *lines, **more):
    lines = lines or (shop.line(shop.tea, 2, "case"), shop.line(shop.water, 10))
    return create_order(node_id=shop.dealer, lines=lines, actor=principal, now=NOW, **more)


def types() -> list[str]:
    return [
        t.split(".")[-2] for t in OutboxEvent.objects.order_by("id").values_list("type", flat=True)
    ]


def balances(node_id: int) -> dict[tuple[str, str], Decimal]:
    rows = StockBalance.objects.filter(node_id=node_id).exclude(quantity=0)
    return {(r.sku.code, r.status): r.quantity for r in rows.select_related("sku")}


def test_a_draft_holds_nothing_and_snapshots_prices(shop, act_as):
    with act_as("dealer") as dealer:
        placed = place(shop, dealer)
        order = order_for(placed.order_id)
        tea, water = lines_of(order)
        assert (tea.base_quantity, tea.unit_price, tea.amount) == (24, Decimal("42"), Decimal("84"))
        assert (water.base_quantity, water.unit_price, water.amount) == (10, 2, 20)
        assert (order.status, order.total, order.line_count) == ("draft", 104, 2)
        assert "基准价" in why_price(tea)
    assert not Hold.objects.exists()
    assert order.number.startswith("SO")


def test_submitting_holds_credit_and_stock_and_cancelling_returns_exactly_that(shop, act_as):
    with act_as("dealer") as dealer:
        placed = place(shop, dealer)
        order = submit_order(order_for(placed.order_id), actor=dealer, now=NOW)
    assert credit_of(shop.dealer).available == 896
    assert available(shop.hq, [shop.tea.pk, shop.water.pk]) == {shop.tea.pk: 76, shop.water.pk: 90}
    with act_as("dealer") as dealer:
        cancel_order(order, reason="typo", actor=dealer, now=NOW)
        assert [s.action for s in steps_of(order)] == ["create", "submit", "cancel"]
    assert credit_of(shop.dealer).available == 1000
    assert available(shop.hq, [shop.tea.pk, shop.water.pk]) == {
        shop.tea.pk: 100,
        shop.water.pk: 100,
    }
    assert set(Account.objects.values_list("reserved", flat=True)) == {Decimal(0)}
    assert types() == ["submitted", "cancelled"]


def test_the_whole_way_keeps_goods_money_and_credit_in_step(shop, act_as):
    with act_as("dealer") as dealer:
        placed = place(shop, dealer, submit=True)
    with act_as("ops") as ops:
        order = confirm_order(order_for(placed.order_id), actor=ops, now=NOW)
        order = ship_order(order, actor=ops, now=NOW)
        assert order.status == "shipped"
    assert balances(shop.hq) == {("tea", "available"): 76, ("water", "available"): 90}
    assert balances(shop.dealer) == {("tea", "in_transit"): 24, ("water", "in_transit"): 10}
    assert available(shop.hq, [shop.tea.pk]) == {shop.tea.pk: 76}
    credit = credit_of(shop.dealer)
    assert (credit.reserved, credit.committed, balance_of(shop.dealer)) == (0, 104, 104)
    with act_as("dealer") as dealer:
        order = receive_order(order_for(order.pk), actor=dealer, now=NOW)
    assert balances(shop.dealer) == {("tea", "available"): 24, ("water", "available"): 10}
    with act_as("ops") as ops:
        close_order(order, actor=ops, now=NOW)
    assert types() == ["submitted", "confirmed", "shipped", "received", "closed"]
    assert differences() == []
    shipped = OutboxEvent.objects.get(type="yunhe.orders.order.shipped.v1").data
    assert [Decimal(line["amount"]) for line in shipped["lines"]] == [84, 20]


def test_partial_shipments_invoice_each_part_and_sum_to_the_line(shop, act_as):
    with act_as("ops") as ops:
        placed = place(shop, ops, shop.line(shop.tea, 7), confirm=True)
        order = order_for(placed.order_id)
        [line] = lines_of(order)
        order = ship_order(order, quantities={line.pk: Decimal(3)}, actor=ops, now=NOW)
        assert order.status == "shipping"
    assert balance_of(shop.dealer) == Decimal("10.50")
    assert (credit_of(shop.dealer).reserved, credit_of(shop.dealer).committed) == (
        14,
        Decimal("10.5"),
    )
    with act_as("ops") as ops:
        with pytest.raises(LinesRefused):
            ship_order(order, quantities={line.pk: Decimal(5)}, actor=ops, now=NOW)
        assert ship_order(order, actor=ops, now=NOW).status == "shipped"
    assert balance_of(shop.dealer) == Decimal("24.50")
    assert credit_of(shop.dealer).reserved == 0


def test_what_did_not_arrive_is_on_record_and_credited_once(shop, act_as):
    with act_as("ops") as ops:
        placed = place(shop, ops, confirm=True)
        ship_order(order_for(placed.order_id), actor=ops, now=NOW)
    with act_as("dealer") as dealer:
        order = order_for(placed.order_id)
        tea, _water = lines_of(order)
        with pytest.raises(LinesRefused):
            receive_order(order, received={tea.pk: Decimal(25)}, actor=dealer, now=NOW)
        receive_order(order, received={tea.pk: Decimal(20)}, actor=dealer, now=NOW)
        with pytest.raises(NotAllowed):
            credit_missing(order, actor=dealer, now=NOW)
    assert balances(shop.dealer) == {("tea", "available"): 20, ("water", "available"): 10}
    with act_as("ops") as ops:
        assert credit_missing(order, actor=ops, now=NOW) == 14
        credit_missing(order, actor=ops, now=NOW)
    assert balance_of(shop.dealer) == 90
    received = OutboxEvent.objects.get(type="yunhe.orders.order.received.v1").data
    assert received["missing"] == [
        {"row": 1, "sku_id": shop.tea.pk, "quantity": "4.000", "amount": "14.00"}
    ]


def test_a_line_refused_for_stock_names_itself_and_what_is_there(shop, act_as):
    with act_as("dealer") as dealer, pytest.raises(StockShort) as refused:
        place(shop, dealer, shop.line(shop.water, 1), shop.line(shop.tea, 9, "case"), submit=True)
    assert refused.value.rows == [
        {
            "row": 2,
            "sku_id": shop.tea.pk,
            "sku": "tea",
            "asked": "108",
            "free": "0",
            "available": "100",
            "message": refused.value.rows[0]["message"],
        }
    ]
    assert "100" in refused.value.rows[0]["message"]


def test_an_order_beyond_the_credit_is_refused_with_both_figures(shop, act_as, ops):
    set_credit_limit(node_id=shop.dealer, amount=Decimal(100), reason="", actor=ops, now=NOW)
    with pytest.raises(CreditShort) as refused, act_as("dealer") as dealer:
        place(shop, dealer, submit=True)
    assert (refused.value.rows[0]["asked"], refused.value.rows[0]["available"]) == ("104", "100")
    assert not Order.objects.filter(status="submitted").exists()


def test_the_same_key_is_one_order(shop, act_as):
    with act_as("dealer") as dealer:
        first = place(shop, dealer, key="tap-1", submit=True)
        again = place(shop, dealer, key="tap-1", submit=True)
        assert (again.order_id, again.repeated, again.status) == (first.order_id, True, "submitted")
    assert Order.objects.count() == 1
    assert credit_of(shop.dealer).reserved == 104


def test_a_draft_is_changed_priced_again_and_thrown_away(shop, act_as):
    with act_as("dealer") as dealer:
        placed = place(shop, dealer)
        order = change_draft(
            order_for(placed.order_id),
            lines=[shop.line(shop.water, 3)],
            details=Details(note="soon"),
            actor=dealer,
            now=NOW,
        )
        assert (order.total, order.line_count, order.note) == (6, 1, "soon")
        assert OrderLine.objects.count() == 1
        assert cancel_order(order, reason="", actor=dealer, now=NOW).status == "cancelled"


def test_moves_that_are_not_in_the_table_are_refused(shop, act_as):
    with act_as("dealer") as dealer:
        placed = place(shop, dealer, submit=True)
        order = order_for(placed.order_id)
        for use in (submit_order, receive_order):
            with pytest.raises(IllegalMove):
                use(order, actor=dealer, now=NOW)
        with pytest.raises(IllegalMove):
            change_draft(order, lines=[shop.line(shop.tea, 1)], actor=dealer, now=NOW)
        with pytest.raises(NotAllowed):
            confirm_order(order, actor=dealer, now=NOW)
        with pytest.raises(NotAllowed):
            place(shop, dealer, confirm=True)


def test_a_partner_cannot_cancel_what_was_confirmed(shop, act_as):
    with act_as("ops") as ops:
        placed = place(shop, ops, confirm=True)
    with act_as("dealer") as dealer, pytest.raises(NotAllowed):
        cancel_order(order_for(placed.order_id), reason="", actor=dealer, now=NOW)
    with act_as("ops") as ops:
        cancel_order(order_for(placed.order_id), reason="", actor=ops, now=NOW)
    assert credit_of(shop.dealer).used == 0


def test_many_orders_are_confirmed_in_the_statements_of_one(
    shop, act_as, django_assert_num_queries
):
    with act_as("ops") as ops:
        ids = [place(shop, ops, shop.line(shop.tea, 1), submit=True).order_id for _ in range(5)]
        with django_assert_num_queries(3):
            confirm_orders(ids[:1], actor=ops, now=NOW)
        with django_assert_num_queries(3):
            confirm_orders(ids[1:], actor=ops, now=NOW)
        with pytest.raises(IllegalMove):
            confirm_orders(ids, actor=ops, now=NOW)


def test_lines_that_make_no_sense_are_named(shop, act_as):
    shop.water.status = "blocked"
    shop.water.save()
    with act_as("dealer") as dealer:
        with pytest.raises(LinesRefused):
            create_order(node_id=shop.dealer, lines=[], actor=dealer, now=NOW)
        with pytest.raises(LinesRefused) as refused:
            place(shop, dealer, shop.line(shop.tea, 1), shop.line(shop.tea, 0))
        assert [row["row"] for row in refused.value.rows] == [2]
        with pytest.raises(LinesRefused) as refused:
            place(shop, dealer, shop.line(shop.tea, 1), shop.line(shop.water, 1))
        assert [row["row"] for row in refused.value.rows] == [2]


def test_another_dealer_sees_and_touches_none_of_it(shop, act_as):
    with act_as("dealer") as dealer:
        placed = place(shop, dealer, submit=True)
        order = order_for(placed.order_id)
    with act_as("other") as other:
        assert Order.objects.count() == OrderLine.objects.count() == 0
        with pytest.raises(NotFound):
            cancel_order(order, reason="", actor=other, now=NOW)
        with pytest.raises((PriceHidden, NotFound)):
            place(shop, other)


def test_without_a_supply_place_nothing_can_be_ordered(shop, act_as):
    StockPlace.objects.update(supplies=False)
    with act_as("dealer") as dealer, pytest.raises(NoSupplier):
        place(shop, dealer)


def test_credit_for_nothing_missing_is_refused(shop, act_as):
    with act_as("ops") as ops:
        placed = place(shop, ops, confirm=True)
        with pytest.raises(Conflict):
            credit_missing(order_for(placed.order_id), actor=ops, now=NOW)


@pytest.mark.parametrize("count", [10, 1000])
def test_an_order_takes_the_same_statements_whatever_its_length(
    shop, act_as, ops, count, django_assert_num_queries
):
    goods = [GoodsLine(sku_id=shop.water.pk, quantity=Decimal(2000))]
    receive_goods(shop.hq, goods, ref="more", on=date(2026, 1, 2), actor=ops, now=NOW)
    set_credit_limit(node_id=shop.dealer, amount=None, reason="", actor=ops, now=NOW)
    with act_as("ops") as principal, django_assert_num_queries(8):
        create_order(
            node_id=shop.dealer,
            lines=[shop.line(shop.water, 1)] * count,
            actor=principal,
            now=NOW,
            confirm=True,
        )
