"""The shop that the orders benchmark buys in: made once, by the same use cases as in production."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

from orders_parts.people import signed_in
from orders_parts.rules import add_rules

SKUS, LISTS = 2000, 10


def build_shop(*, clients: int, lines: int) -> dict[str, Any]:
    """Migrate an empty database and fill it; returns what the client processes need."""
    load = os.getloadavg()[0]
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from yunhe.platform.ops.serving import ensure_database

    ensure_database()
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        nodes = _tree(clients)
        skus = _catalogue(nodes["HQ"])
        _stock_and_credit(nodes, skus)
        special = add_rules(nodes["HQ"], skus)
        people = _people(nodes, clients)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM pricing_price")
        price_rows = cursor.fetchone()[0]
    given = connection.get_connection_params()
    parameters = {name: given[name] for name in ("host", "user", "port", "dbname")}
    shop = {
        "hq": nodes["HQ"].pk,
        "dealers": [nodes[f"D{n}"].pk for n in range(clients)],
        "skus": skus[len(special) :],
        "special": special,
        "lines": lines,
        "price_rows": price_rows,
        "database": parameters,
        "load": round(load, 2),
        **people,
    }
    connection.close()
    return shop


def _tree(clients: int) -> dict[str, Any]:
    from yunhe.channel.network.models import Partner
    from yunhe.platform.access.models import Node

    nodes = {"HQ": Node.objects.create(code="HQ", name="总部", kind="organisation")}
    nodes["R"] = Node.objects.create(code="R", name="大区", kind="organisation", parent=nodes["HQ"])
    for number in range(clients):
        node = Node.objects.create(
            code=f"D{number}", name=f"经销商{number}", kind="partner", parent=nodes["R"]
        )
        Partner.objects.create(node=node, level="dealer", tier="growth")
        for store in range(20):
            Node.objects.create(code=f"S{number}-{store}", name="门店", kind="partner", parent=node)
        nodes[f"D{number}"] = node
    return nodes


def _catalogue(hq: Any) -> list[int]:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from yunhe.trade.catalog.models import Brand, Category, PackUnit, Product, Sku
    from yunhe.trade.pricing.models import Price, PriceList

    always = DateRange(date(2020, 1, 1), None)
    product = Product.objects.create(
        code="P",
        name="品",
        brand=Brand.objects.create(code="B", name="牌"),
        category=Category.objects.create(code="C", name="类"),
    )
    skus = Sku.objects.bulk_create(
        Sku(
            code=f"K{n:05}",
            name=f"商品{n}",
            name_en=f"Item {n}",
            product=product,
            base_unit="bottle",
        )
        for n in range(SKUS)
    )
    PackUnit.objects.bulk_create(PackUnit(sku=sku, unit="case", factor=12) for sku in skus)
    for number in range(LISTS):
        # half of the lists are for another tier: read by the index, passed over by the rule
        prices = PriceList.objects.create(
            code=f"L{number}",
            name=f"价目表{number}",
            node=hq,
            currency="CNY",
            status="published",
            period=always,
            priority=number,
            tier="" if number % 2 else "core",
        )
        Price.objects.bulk_create(
            (
                Price(
                    price_list=prices,
                    sku=sku,
                    unit="bottle",
                    min_quantity=1,
                    price=10 + number + at % 7,
                    period=always,
                )
                for at, sku in enumerate(skus)
            ),
            batch_size=2000,
        )
    return [sku.pk for sku in skus]


def _stock_and_credit(nodes: dict[str, Any], skus: list[int]) -> None:
    from decimal import Decimal

    from django.utils import timezone

    from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
    from yunhe.money.ledger.services import set_credit_limit
    from yunhe.platform.access.principal import system_principal

    actor, now = system_principal("bench"), timezone.now()
    open_place(nodes["HQ"], supplies=True, actor=actor)
    goods = [GoodsLine(sku_id=sku, quantity=Decimal(10**9)) for sku in skus]
    receive_goods(nodes["HQ"].pk, goods, ref="bench", on=date(2026, 1, 1), actor=actor, now=now)
    for code, node in nodes.items():
        if code.startswith("D"):
            set_credit_limit(
                node_id=node.pk, amount=Decimal(10**12), reason="bench", actor=actor, now=now
            )


def _people(nodes: dict[str, Any], clients: int) -> dict[str, Any]:
    """A sales operator and a dealer for each client, signed in."""
    return {
        "operators": [signed_in(f"ops{n}", "sales_ops", nodes["HQ"]) for n in range(clients)],
        "owners": [signed_in(f"dealer{n}", "dealer_owner", nodes[f"D{n}"]) for n in range(clients)],
    }
