"""One pool of goods for every way an order comes in."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR, Shop, shop

from yunhe.goods.stock.queries import available
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.errors import StockShort
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import cancel_order, create_order

__all__ = ["shop"]
pytestmark = pytest.mark.django_db


def place(shop: Shop, node: int, quantity: int, source: str) -> Order:
    with transaction.atomic():
        placed = create_order(
            node_id=node,
            lines=[shop.line(shop.tea, quantity)],
            submit=True,
            confirm=True,
            source=source,
            actor=ACTOR,
            now=timezone.now(),
        )
    return Order.objects.get(pk=placed.order_id)


def left(shop: Shop) -> int:
    return int(available(shop.hq, [shop.tea.pk])[shop.tea.pk])


def test_phone_desk_and_interface_take_from_the_same_hundred(shop: Shop) -> None:
    """100 bottles: 60 by phone, 30 by the shop system; 11 at the desk are one too many."""
    by_phone = place(shop, shop.dealer, 60, Source.PORTAL)
    place(shop, shop.other, 30, Source.API)
    assert left(shop) == 10
    with pytest.raises(StockShort):
        place(shop, shop.dealer, 11, Source.CONSOLE)
    place(shop, shop.dealer, 10, Source.CONSOLE)
    assert left(shop) == 0
    with pytest.raises(StockShort):
        place(shop, shop.other, 1, Source.PORTAL)
    cancel_order(by_phone, reason="", actor=ACTOR, now=timezone.now())
    assert left(shop) == 60
    place(shop, shop.other, 60, Source.API)
    assert left(shop) == 0
