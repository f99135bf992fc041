"""Production that starts, comes late and is finished, and the orders that wait for it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR
from tests.integration.trade.sourcing.conftest import (  # noqa: F401  # fixtures
    act_as,
    canal,
    ops,
    shop,
)

from yunhe.goods.schedule.errors import ScheduleRefused
from yunhe.goods.schedule.models import Promise, ScheduledProduction
from yunhe.goods.schedule.queries import promise_dates
from yunhe.goods.schedule.services import (
    PlanLine,
    finish_production,
    move_production,
    plan_production,
    repromise,
    start_production,
)
from yunhe.goods.stock.queries import available
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.notifications.models import Notification
from yunhe.trade.sourcing.services import HandShare, source_order

D = Decimal


@pytest.fixture
def waiting(canal):  # noqa: F811
    """An order of 40 tea that waits for 50 made at headquarters in five days; 100 are in stock."""
    today = timezone.localdate()
    line = PlanLine(sku_id=canal.shop.tea.pk, on=today + timedelta(days=5), quantity=D(50), ref="M")
    plan_production(Node.objects.get(pk=canal.hq), [line], actor=ACTOR)
    canal.rule.dealers = False
    canal.rule.save()
    order = canal.order(tea=140)
    parts = source_order(
        order,
        shares=[
            HandShare(row=1, node_id=canal.hq, units=D(100)),
            HandShare(row=1, node_id=canal.hq, units=D(40), production=True),
        ],
        actor=ACTOR,
        now=timezone.now(),
    )
    return ScheduledProduction.objects.get(), parts[1].order


def test_what_is_promised_to_one_is_not_promised_to_the_next(canal, waiting):  # noqa: F811
    today = timezone.localdate()
    tea = canal.shop.tea.pk
    soon = today + timedelta(days=5)
    assert promise_dates(canal.hq, {tea: D(10)}, today) == {tea: soon}
    assert promise_dates(canal.hq, {tea: D(11)}, today) == {tea: None}


def test_a_late_production_moves_the_promise_and_the_dealer_is_told(canal, waiting):  # noqa: F811
    line, order = waiting
    now, today = timezone.now(), timezone.localdate()
    late = today + timedelta(days=9)
    move_production(line, on=late, actor=ACTOR, now=now)
    promise = Promise.objects.get(ref=order.ref)
    assert (promise.on, promise.first_on) == (late, today + timedelta(days=5))
    dispatch_all()
    told = Notification.objects.get(user_id=canal.shop.people["dealer"])
    assert order.number in told.title
    assert late.isoformat() in told.body
    assert told.url == f"/portal/orders/{order.pk}/"
    move_production(line, on=today + timedelta(days=2), actor=ACTOR, now=now)
    promise.refresh_from_db()
    assert promise.on == today + timedelta(days=5)


def test_production_that_is_not_there_on_its_day_covers_nothing(canal, waiting):  # noqa: F811
    _line, order = waiting
    later = timezone.now() + timedelta(days=6)
    assert repromise(canal.hq, {canal.shop.tea.pk}, now=later) == 1
    assert Promise.objects.get(ref=order.ref).on is None
    assert repromise(canal.hq, {canal.shop.tea.pk}, now=later) == 0


def test_finished_goods_reach_the_waiting_order_before_anybody_else(canal, waiting):  # noqa: F811
    line, order = waiting
    now = timezone.now()
    start_production(line, actor=ACTOR, now=now)
    with pytest.raises(ScheduleRefused):
        start_production(line, actor=ACTOR, now=now)
    finish_production(line, made=D(45), actor=ACTOR, now=now)
    order.refresh_from_db()
    assert not order.awaiting
    assert available(canal.hq, [canal.shop.tea.pk]) == {canal.shop.tea.pk: 5}
    promise = Promise.objects.get(ref=order.ref)
    assert promise.kept_at is not None
    with pytest.raises(ScheduleRefused):
        finish_production(line, made=D(1), actor=ACTOR, now=now)


def test_the_dealer_sees_its_own_promise_and_another_does_not(canal, waiting):  # noqa: F811
    with scoped(canal.shop.people["dealer"]):
        assert Promise.objects.count() == 1
    with scoped(canal.shop.people["other"]):
        assert Promise.objects.count() == 0
