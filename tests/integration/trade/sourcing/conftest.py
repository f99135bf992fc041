"""A dealer in Shanghai, a warehouse near by, headquarters' farther away, and another dealer that serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import (  # noqa: F401  # fixtures
    ACTOR,
    Shop,
    act_as,
    ops,
    shop,
)

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.platform.access.models import Node
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import create_order
from yunhe.trade.sourcing.models import SourcingRule, SupplyPoint


@dataclass
class Canal:
    """`near` (R1: tea 30), `hq` (tea 100, water 100), `dealer` orders, `other` (D2: tea 20) serves, from
    stock that can be reserved or, with stores of its own, from its `shelf`."""

    shop: Shop
    near: int
    hq: int
    dealer: int
    other: int
    rule: SourcingRule
    shelf: bool

    def order(self, tea: int = 0, water: int = 0, **more) -> Order:
        lines = [
            self.shop.line(sku, quantity)
            for sku, quantity in ((self.shop.tea, tea), (self.shop.water, water))
            if quantity
        ]
        placed = create_order(
            node_id=self.dealer, lines=lines, actor=ACTOR, now=timezone.now(), **more
        )
        return Order.objects.get(pk=placed.order_id)


def stock(node: int, sku: int, quantity: int, ref: str) -> None:
    receive_goods(
        node,
        [GoodsLine(sku_id=sku, quantity=Decimal(quantity))],
        ref=ref,
        on=date(2026, 1, 1),
        actor=ACTOR,
        now=timezone.now(),
    )


@pytest.fixture(params=["reserved", "shelf"])
def canal(request, shop, tree) -> Canal:  # noqa: F811
    shelf = request.param == "shelf"
    Partner.objects.filter(node=tree["D1"]).update(province="310000")
    Partner.objects.filter(node=tree["D2"]).update(province="330000")
    open_place(Node.objects.get(code="R1"), supplies=True, actor=ACTOR)
    open_place(Node.objects.get(code="D2"), supplies=not shelf, resells=shelf, actor=ACTOR)
    stock(tree["R1"].pk, shop.tea.pk, 30, "near")
    stock(tree["D2"].pk, shop.tea.pk, 20, "other")
    for code, province in (("HQ", "110000"), ("R1", "320000"), ("D2", "330000")):
        SupplyPoint.objects.create(node=tree[code], province=province)
    rule = SourcingRule.objects.create(
        code="NEAR", name="就近", name_en="Nearest", kind="nearest", preferred=True
    )
    return Canal(shop, tree["R1"].pk, tree["HQ"].pk, shop.dealer, tree["D2"].pk, rule, shelf)
