"""One of everything: a dealer with an order that was shipped, received and invoiced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from orders_parts.people import signed_in


def open_shop() -> dict[str, Any]:
    """Migrate an empty database and trade once in it; cookies by person, and the order's id."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction

    from yunhe.platform.jobs.worker import drain
    from yunhe.platform.ops.logs import configure_logs
    from yunhe.platform.ops.serving import ensure_database

    configure_logs(level="ERROR")
    settings.ALLOWED_HOSTS = ["testserver"]
    ensure_database()
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        hq, dealer, sku = _masters()
        people = {
            "ops": signed_in("ops", "sales_ops", hq)["cookie"],
            "finance": signed_in("finance", "finance", hq)["cookie"],
            "dealer": signed_in("dealer", "dealer_owner", dealer)["cookie"],
        }
        order = _trade(hq, dealer, sku)
    drain()
    return people | {"order": order}


def _masters() -> tuple[Any, Any, Any]:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from yunhe.channel.network.models import Partner
    from yunhe.platform.access.models import Node
    from yunhe.trade.catalog.compute import search_key
    from yunhe.trade.catalog.models import Brand, Category, PackUnit, Product, Sku
    from yunhe.trade.pricing.models import Price, PriceList

    always = DateRange(date(2020, 1, 1), None)
    hq = Node.objects.create(code="HQ", name="总部", kind="organisation")
    dealer = Node.objects.create(code="D", name="经销商", kind="partner", parent=hq)
    Partner.objects.create(node=dealer, level="dealer", tier="core")
    product = Product.objects.create(
        code="P",
        name="品",
        brand=Brand.objects.create(code="B", name="牌"),
        category=Category.objects.create(code="C", name="类"),
    )
    key = search_key("K", "商品")
    sku = Sku.objects.create(
        code="K", name="商品", product=product, base_unit="bottle", search_key=key
    )
    PackUnit.objects.create(sku=sku, unit="case", factor=12)
    prices = PriceList.objects.create(
        code="L", name="价目表", node=hq, currency="CNY", status="published", period=always
    )
    Price.objects.create(
        price_list=prices, sku=sku, unit="bottle", min_quantity=1, price=10, period=always
    )
    return hq, dealer, sku


def _trade(hq: Any, dealer: Any, sku: Any) -> int:
    from django.utils import timezone

    from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
    from yunhe.money.ledger.services import set_credit_limit
    from yunhe.platform.access.principal import system_principal
    from yunhe.trade.orders.models import Order
    from yunhe.trade.orders.services import NewLine, create_order, receive_order, ship_order

    actor, now = system_principal("bench"), timezone.now()
    today = timezone.localdate(now)
    open_place(hq, supplies=True, actor=actor)
    goods = [GoodsLine(sku_id=sku.pk, quantity=Decimal(10**6))]
    receive_goods(hq.pk, goods, ref="bench", on=today, actor=actor, now=now)
    set_credit_limit(node_id=dealer.pk, amount=Decimal(10**9), reason="", actor=actor, now=now)
    line = NewLine(sku.pk, "bottle", Decimal(5))
    placed = create_order(node_id=dealer.pk, lines=[line], actor=actor, now=now, confirm=True)
    order = Order.objects.get(pk=placed.order_id)
    receive_order(ship_order(order, actor=actor, now=now), actor=actor, now=now)
    return placed.order_id
