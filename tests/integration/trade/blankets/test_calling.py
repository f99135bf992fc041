"""Call-offs draw on the frame as orders do on stock: held, used up, given back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.integration.trade.blankets.conftest import ACTOR

from yunhe.goods.stock.queries import available
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.errors import NotFound
from yunhe.trade.blankets.errors import FrameShort
from yunhe.trade.blankets.queries import frame_for, lines_of, progress_of
from yunhe.trade.blankets.services import (
    LineDraft,
    call_off,
    close_frame,
)
from yunhe.trade.catalog.models import Category
from yunhe.trade.orders.errors import AgreementUnknown, LinesRefused
from yunhe.trade.orders.queries import lines_of as order_lines
from yunhe.trade.orders.queries import order_for, why_price
from yunhe.trade.orders.services import (
    amend_order,
    cancel_order,
    close_short,
    confirm_order,
    create_order,
    price_changes,
    reopen_order,
    ship_order,
    submit_order,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def call(frame, shop, quantity, *, unit="case", actor=ACTOR, sku=None):
    line = shop.line(sku or shop.tea, quantity, unit)
    return order_for(call_off(frame, [line], actor=actor, now=NOW).order_id)


def stand(frame):
    """Left, held by orders, shipped."""
    [line] = lines_of(frame)
    found = progress_of([line])[line.pk]
    return found.left, found.reserved, found.shipped


def test_a_call_off_has_the_agreed_price_and_says_so(shop, make_frame, act_as):
    frame = make_frame()
    with act_as("dealer") as dealer:
        order = call(frame_for(frame.pk), shop, 3, actor=dealer)
        [line] = order_lines(order)
        assert (line.unit_price, line.amount, order.total) == (36, 108, 108)
        assert order.agreement == frame.number
        why = why_price(line)
    assert frame.number in why
    assert "全年茶饮" in why
    assert stand(frame) == (7, 3, 0)
    assert available(shop.hq, [shop.tea.pk])[shop.tea.pk] == 100 - 36
    assert credit_of(shop.dealer).reserved == 108


def test_bottles_of_a_case_have_its_price(shop, make_frame):
    order = call(make_frame(), shop, 24, unit="bottle")
    [line] = order_lines(order)
    assert (line.unit_price, line.amount) == (3, 72)  # 36 / 12


def test_every_move_of_the_order_moves_the_frame(shop, make_frame):
    frame = make_frame()
    order = call(frame, shop, 5)
    [line] = order_lines(order)
    amend_order(order, quantities={line.pk: Decimal(6)}, actor=ACTOR, now=NOW)
    assert stand(frame) == (4, 6, 0)
    order = confirm_order(order_for(order.pk), actor=ACTOR, now=NOW)
    order = ship_order(order, quantities={line.pk: Decimal(24)}, actor=ACTOR, now=NOW)
    assert stand(frame) == (4, 4, 2)
    close_short(order, actor=ACTOR, now=NOW)
    assert stand(frame) == (8, 0, 2)
    other = call(frame, shop, 4)
    reopen_order(other, actor=ACTOR, now=NOW)
    assert stand(frame) == (8, 0, 2)
    submit_order(order_for(other.pk), actor=ACTOR, now=NOW)
    assert stand(frame) == (4, 4, 2)
    cancel_order(order_for(other.pk), reason="", actor=ACTOR, now=NOW)
    assert stand(frame) == (8, 0, 2)


def test_more_than_is_left_is_refused_with_what_is_left(shop, make_frame):
    frame = make_frame(total=7)
    call(frame, shop, 4)
    with pytest.raises(FrameShort) as caught, transaction.atomic():
        call(frame, shop, 4)
    [row] = caught.value.rows
    assert (row["row"], row["asked"], row["available"]) == (1, "4", "3")
    assert frame.number in row["message"]
    assert stand(frame) == (3, 4, 0)


def test_a_period_has_a_limit_of_its_own(shop, make_frame):
    frame = make_frame(total=40, period_unit="month", period_maximum=Decimal(5))
    call(frame, shop, 3)
    with pytest.raises(FrameShort) as caught, transaction.atomic():
        call(frame, shop, 3)
    assert f"({timezone.localdate(NOW):%Y-%m})" in caught.value.rows[0]["message"]
    assert call(frame, shop, 2).total == 72
    [line] = lines_of(frame)
    assert progress_of([line], on=timezone.localdate(NOW))[line.pk].left == 0


def test_what_is_too_small_too_large_or_not_agreed_is_refused_by_line(shop, make_frame):
    frame = make_frame()
    for quantity in (1, 7):
        with pytest.raises(LinesRefused) as caught, transaction.atomic():
            call(frame, shop, quantity)
        assert [row["code"] for row in caught.value.rows] == ["blankets.size"]
    with pytest.raises(LinesRefused) as caught, transaction.atomic():
        call(frame, shop, 1, unit="bottle", sku=shop.water)
    assert [row["code"] for row in caught.value.rows] == ["blankets.not_covered"]
    order = call(frame, shop, 3)
    [line] = order_lines(order)
    with pytest.raises(LinesRefused), transaction.atomic():
        amend_order(order, quantities={line.pk: Decimal(1)}, actor=ACTOR, now=NOW)
    assert stand(frame) == (7, 3, 0)


def test_a_rest_below_the_least_call_off_may_still_be_given_up(shop, make_frame):
    """Six were called off and five shipped: the one left is no new call-off."""
    frame = make_frame()
    order = confirm_order(call(frame, shop, 6), actor=ACTOR, now=NOW)
    [line] = order_lines(order)
    order = ship_order(order, quantities={line.pk: Decimal(60)}, actor=ACTOR, now=NOW)
    amend_order(order, quantities={}, more=(), actor=ACTOR, now=NOW)
    assert stand(frame) == (4, 1, 5)


def test_a_group_by_value_has_the_list_of_the_day_less_the_discount(shop, make_frame):
    line = LineDraft(
        category=Category.objects.get(code="C"),
        measure="value",
        total=Decimal(100),
        discount=Decimal(10),
    )
    frame = make_frame(lines=[line], pricing="listed")
    order = call(frame, shop, 10, unit="bottle")
    [written] = order_lines(order)
    assert (written.unit_price, written.amount) == (Decimal("3.15"), Decimal("31.50"))
    assert "10 %" in why_price(written)
    assert stand(frame) == (Decimal("68.50"), Decimal("31.50"), 0)
    assert price_changes(order, now=NOW) == []


def test_a_closed_frame_keeps_what_orders_hold_and_gives_nothing_more(shop, make_frame):
    frame = make_frame()
    held, other = call(frame, shop, 4), call(frame, shop, 2)
    frame = close_frame(frame, reason="停产", actor=ACTOR, now=NOW)
    assert frame.status == "closed"
    with pytest.raises(LinesRefused) as caught, transaction.atomic():
        call(frame, shop, 2)
    assert caught.value.code == "blankets.not_open"
    [line] = order_lines(held)
    amend_order(held, quantities={line.pk: Decimal(3)}, actor=ACTOR, now=NOW)
    with pytest.raises(FrameShort), transaction.atomic():
        amend_order(order_for(held.pk), quantities={line.pk: Decimal(5)}, actor=ACTOR, now=NOW)
    reopen_order(other, actor=ACTOR, now=NOW)
    with pytest.raises(LinesRefused), transaction.atomic():
        submit_order(order_for(other.pk), actor=ACTOR, now=NOW)
    order = confirm_order(order_for(held.pk), actor=ACTOR, now=NOW)
    ship_order(order, actor=ACTOR, now=NOW)
    assert stand(frame)[1:] == (0, 3)


def test_nobody_draws_on_the_frame_of_another(shop, make_frame, act_as):
    frame = make_frame()
    with act_as("other") as other:
        with pytest.raises(NotFound):
            frame_for(frame.pk)
        with pytest.raises(AgreementUnknown):
            create_order(
                node_id=shop.other,
                lines=[shop.line(shop.tea, 2, "case")],
                agreement=frame.number,
                actor=other,
                now=NOW,
            )


def test_an_order_without_a_frame_asks_nothing_of_frames(
    shop, make_frame, django_assert_num_queries
):
    make_frame()
    lines = [shop.line(shop.tea, 1)]
    create_order(node_id=shop.dealer, lines=lines, actor=ACTOR, now=NOW, submit=True)
    with django_assert_num_queries(8):
        create_order(node_id=shop.dealer, lines=lines, actor=ACTOR, now=NOW, submit=True)
