"""A small shop: two products with stock and prices, a dealer with credit, people who act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.money.ledger.services import set_credit_limit
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.access.session import scoped
from yunhe.trade.catalog.models import Brand, Category, PackUnit, Product, Sku
from yunhe.trade.orders.services import NewLine
from yunhe.trade.pricing.models import Price, PriceList

ACTOR = system_principal("test")


@dataclass
class Shop:
    """Node ids, SKUs `tea` (12 a case, 3.50 a bottle) and `water` (2.00), both 100 in stock."""

    hq: int
    dealer: int
    other: int
    tea: Sku
    water: Sku
    people: dict[str, int]

    def line(self, sku: Sku, quantity: int | str, unit: str = "bottle") -> NewLine:
        return NewLine(sku.pk, unit, Decimal(quantity))


def make_sku(code: str, product: Product) -> Sku:
    return Sku.objects.create(
        code=code, name=f"商品{code}", name_en=code, product=product, base_unit="bottle"
    )


def make_prices(node: Node, skus: dict[Sku, str]) -> PriceList:
    always = DateRange(date(2020, 1, 1), None)
    prices = PriceList.objects.create(
        code="BASE", name="基准价", node=node, currency="CNY", status="published", period=always
    )
    Price.objects.bulk_create(
        Price(
            price_list=prices,
            sku=sku,
            unit="bottle",
            min_quantity=1,
            price=Decimal(price),
            period=always,
        )
        for sku, price in skus.items()
    )
    return prices


@pytest.fixture
def shop(tree, make_user) -> Shop:
    for code, level in (("D1", "dealer"), ("D2", "dealer"), ("S1", "store"), ("S2", "store")):
        Partner.objects.create(node=tree[code], level=level, tier="growth")
    brand = Brand.objects.create(code="B", name="牌")
    category = Category.objects.create(code="C", name="类")
    product = Product.objects.create(code="P", name="品", brand=brand, category=category)
    tea, water = make_sku("tea", product), make_sku("water", product)
    PackUnit.objects.create(sku=tea, unit="case", factor=12)
    make_prices(tree["HQ"], {tea: "3.50", water: "2"})
    open_place(tree["HQ"], supplies=True, actor=ACTOR)
    now = timezone.now()
    goods = [GoodsLine(sku_id=sku.pk, quantity=Decimal(100)) for sku in (tea, water)]
    receive_goods(tree["HQ"].pk, goods, ref="start", on=date(2026, 1, 1), actor=ACTOR, now=now)
    for code in ("D1", "D2"):
        set_credit_limit(
            node_id=tree[code].pk, amount=Decimal(1000), reason="", actor=ACTOR, now=now
        )
    people = {
        "dealer": make_user("dealer_owner", tree["D1"]).pk,
        "other": make_user("dealer_owner", tree["D2"]).pk,
        "ops": make_user("sales_ops", tree["HQ"]).pk,
        "finance": make_user("finance", tree["HQ"]).pk,
    }
    return Shop(tree["HQ"].pk, tree["D1"].pk, tree["D2"].pk, tea, water, people)


@pytest.fixture
def act_as(shop):
    """`with act_as("dealer") as principal:` one request's scope."""

    def enter(person: str):
        return scoped(shop.people[person])

    return enter


@pytest.fixture
def ops() -> Principal:
    return ACTOR
