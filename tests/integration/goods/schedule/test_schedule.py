"""Scheduled production seen from below, and days that can be promised."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from yunhe.goods.schedule.models import ScheduledProduction
from yunhe.goods.schedule.queries import list_schedule, promise_dates
from yunhe.goods.schedule.services import PlanLine, drop_promises, keep_promises, plan_production
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.trade.catalog.services import SkuRow, ensure_catalog

pytestmark = pytest.mark.django_db
D = Decimal
SYSTEM = system_principal("test")


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def sku(tree, today):
    row = SkuRow(
        code="A", name="A", brand=("B", "b", ""), category=(("C", "c", ""),), product=("P", "p", "")
    )
    found = ensure_catalog([row], actor=SYSTEM)["A"]
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    goods = [GoodsLine(sku_id=found, quantity=D(30))]
    receive_goods(tree["HQ"].pk, goods, ref="GR", on=today, actor=SYSTEM, now=timezone.now())
    line = PlanLine(sku_id=found, on=today + timedelta(days=5), quantity=D(100), ref="MO1")
    plan_production(tree["HQ"], [line], actor=SYSTEM)
    return found


def test_dealers_see_by_when_goods_can_be_promised(tree, sku, today, make_user):
    soon = today + timedelta(days=5)
    with scoped(make_user("dealer_owner", tree["D1"]).pk):
        hq = tree["HQ"].pk
        assert promise_dates(hq, {sku: D(30)}, today) == {sku: today}
        assert promise_dates(hq, {sku: D(130)}, today) == {sku: soon}
        assert promise_dates(hq, {sku: D(131)}, today) == {sku: None}
        assert promise_dates(hq, {sku: D(31)}, today, confirmed_only=True) == {sku: None}
        assert list_schedule().count() == 1


def test_promises_count_until_they_are_dropped(tree, sku, today):
    soon = today + timedelta(days=5)
    keep_promises(tree["HQ"].pk, {sku: (soon, D(60))}, ref="order:1")
    assert promise_dates(tree["HQ"].pk, {sku: D(71)}, today) == {sku: None}
    keep_promises(tree["HQ"].pk, {sku: (soon, D(50))}, ref="order:1")
    assert promise_dates(tree["HQ"].pk, {sku: D(71)}, today) == {sku: soon}
    drop_promises("order:1")
    assert promise_dates(tree["HQ"].pk, {sku: D(130)}, today) == {sku: soon}


def test_a_line_is_overwritten_and_removed(tree, sku, today):
    day = today + timedelta(days=5)
    again = PlanLine(sku_id=sku, on=day, quantity=D(70), confirmed=True, ref="MO1")
    plan_production(tree["HQ"], [again], actor=SYSTEM)
    assert ScheduledProduction.objects.get().quantity == 70
    gone = PlanLine(sku_id=sku, on=day, quantity=D(0), ref="MO1")
    plan_production(tree["HQ"], [gone], actor=SYSTEM)
    assert not ScheduledProduction.objects.exists()


def test_pages_and_api(tree, sku, today, make_user, client):
    client.force_login(make_user("sales_ops", tree["HQ"]))
    day = (today + timedelta(days=9)).isoformat()
    form = {"node": "HQ", "ref": "MO2", "confirmed": "on", "rows": f"A {day} 40"}
    assert client.post("/schedule/plan/", form).status_code == 302
    assert client.post("/schedule/plan/", form | {"rows": "A soon 40"}).status_code == 422
    assert client.get("/schedule/").status_code == 200
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert client.get("/portal/schedule/").status_code == 200
    answer = client.get("/api/v1/schedule/promise?sku=A&quantity=140").json()
    assert answer == {"A": day}
