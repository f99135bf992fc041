"""What a dealer is told of a shortage while it writes its order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from yunhe.goods.schedule.services import PlanLine, plan_production
from yunhe.goods.stock.services import GoodsLine, receive_goods
from yunhe.platform.access.models import Node
from yunhe.platform.accounts.models import User
from yunhe.trade.orders.services import create_order
from yunhe.trade.orders.views.shortages import shortages_of

from .conftest import ACTOR, Shop

pytestmark = pytest.mark.django_db


def test_it_names_the_day_and_what_to_take_instead(shop: Shop) -> None:
    """100 tea and 40 more in five days: 130 are there then; 150 never; 200 water could be had."""
    today = timezone.localdate()
    later = today + timedelta(days=5)
    line = PlanLine(sku_id=shop.tea.pk, on=later, quantity=Decimal(40), confirmed=True)
    plan_production(Node.objects.get(pk=shop.hq), [line], actor=ACTOR)
    tea = shop.tea.pk
    assert shortages_of(shop.hq, {tea: Decimal(100)}, on=today) == {}
    assert shortages_of(None, {tea: Decimal(999)}, on=today) == {}
    short = shortages_of(shop.hq, {tea: Decimal(130)}, on=today)[tea]
    assert (short.available, short.expected, short.instead) == (100, later, None)
    goods = [GoodsLine(sku_id=shop.water.pk, quantity=Decimal(100))]
    receive_goods(shop.hq, goods, ref="w", on=today, actor=ACTOR, now=timezone.now())
    short = shortages_of(shop.hq, {tea: Decimal(150)}, on=today)[tea]
    assert (short.available, short.expected, short.instead) == (100, None, shop.water)


def test_catalogue_and_cart_say_it_before_the_order_is_sent(shop: Shop, client) -> None:
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    create_order(
        node_id=shop.other,
        lines=[shop.line(shop.tea, 100)],
        submit=True,
        confirm=True,
        actor=ACTOR,
        now=timezone.now(),
    )
    page = client.get("/portal/orders/new/").content.decode()
    assert page.count("y-row-note") == 1
    assert f"?q={shop.water.code}" in page
    put = {f"quantity-{shop.water.pk}": "101", f"unit-{shop.water.pk}": "bottle", "then": "cart"}
    client.post("/portal/orders/new/", put)
    cart = client.get("/portal/orders/cart/").content.decode()
    assert cart.count("y-row-note") == 1
